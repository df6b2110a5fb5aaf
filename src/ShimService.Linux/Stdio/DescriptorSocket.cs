using System.Text;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Stdio;

/// <summary>
/// A connection to a unix socket that wants a descriptor. Neither connecting nor sending blocks: a listener whose
/// backlog is full answers EAGAIN. Errors: KernelException with the path. Source: man 7 unix (SCM_RIGHTS).
/// </summary>
public sealed unsafe class DescriptorSocket : IDisposable
{
    private readonly FileDescriptor _socket;
    private readonly string _path;

    private DescriptorSocket(FileDescriptor socket, string path)
    {
        _socket = socket;
        _path = path;
    }

    public static DescriptorSocket Connect(string path)
    {
        // Through /proc/self/fd a path of any length fits into the 108 bytes of an address.
        using var target = Files.Open(path, OpenFlags.Path);
        var name = $"/proc/self/fd/{target.Number}";
        var address = stackalloc byte[2 + NativeSockets.MaxPathBytes];
        var room = new Span<byte>(address + 2, NativeSockets.MaxPathBytes);
        room.Clear();
        var length = Encoding.ASCII.GetBytes(name, room);
        *(ushort*)address = NativeSockets.Unix;
        var socket = new FileDescriptor(Kernel.Check(
            NativeSockets.Create(
                NativeSockets.Unix,
                NativeSockets.Stream | NativeSockets.CloseOnExec | NativeSockets.NonBlocking,
                0),
            "socket"));
        // SAFETY: the family and a NUL-terminated path inside the 110 bytes above, and the length says so.
        if (NativeSockets.Connect(socket.Number, address, (uint)(2 + length + 1)) < 0)
        {
            var errno = Kernel.LastError;
            socket.Dispose();
            throw new KernelException("connect", errno, path);
        }

        return new DescriptorSocket(socket, path);
    }

    /// <summary>Sends one descriptor with a text, as runc's --console-socket does it.</summary>
    public void Send(FileDescriptor descriptor, string text)
    {
        var payload = Encoding.UTF8.GetBytes(text);
        var control = new PassedDescriptor
        {
            Length = (nuint)(sizeof(PassedDescriptor) - sizeof(int)),
            Level = NativeSockets.SocketLevel,
            Type = NativeSockets.Rights,
            Descriptor = descriptor.Number,
        };
        // SAFETY: everything the message points to is pinned or on this stack until the call returns.
        fixed (byte* start = payload)
        {
            var segment = new SocketSegment { Start = start, Length = (nuint)payload.Length };
            var message = new SocketMessage
            {
                Segments = &segment,
                SegmentCount = 1,
                Control = (byte*)&control,
                ControlLength = (nuint)sizeof(PassedDescriptor),
            };
            nint sent;
            do
            {
                sent = NativeSockets.SendMessage(_socket.Number, &message, NativeSockets.NoSignal);
            }
            while (Kernel.Interrupted(sent));

            Kernel.Check(sent, "sendmsg", _path);
        }
    }

    public void Dispose() => _socket.Dispose();
}
