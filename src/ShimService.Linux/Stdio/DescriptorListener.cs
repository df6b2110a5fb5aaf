using System.Text;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Stdio;

/// <summary>
/// The other side of <see cref="DescriptorSocket"/>: a unix socket somebody connects to and sends one descriptor. The
/// path it is known by leads through /proc, which keeps it short wherever the directory is. Nothing blocks.
/// Errors: KernelException with the path. Source: man 7 unix (SCM_RIGHTS); runc docs/terminals.md.
/// </summary>
public sealed unsafe class DescriptorListener : IDisposable
{
    private readonly FileDescriptor _directory;
    private readonly FileDescriptor _socket;

    private DescriptorListener(FileDescriptor directory, FileDescriptor socket, string name)
    {
        _directory = directory;
        _socket = socket;
        Path = $"/proc/{Environment.ProcessId}/fd/{directory.Number}/{name}";
    }

    /// <summary>For whoever shares our pid namespace and may look at us; as long as this is not disposed of.</summary>
    public string Path { get; }

    /// <summary>Makes the socket file; to remove it is the caller's.</summary>
    public static DescriptorListener Listen(string directory, string name)
    {
        var place = Files.Open(directory, OpenFlags.Path | OpenFlags.Directory);
        FileDescriptor? socket = null;
        try
        {
            var address = stackalloc byte[2 + NativeSockets.MaxPathBytes];
            var room = new Span<byte>(address + 2, NativeSockets.MaxPathBytes);
            room.Clear();
            var length = Encoding.UTF8.GetBytes($"/proc/self/fd/{place.Number}/{name}", room[..^1]);
            *(ushort*)address = NativeSockets.Unix;
            socket = new FileDescriptor(Kernel.Check(
                NativeSockets.Create(
                    NativeSockets.Unix, NativeSockets.Stream | NativeSockets.CloseOnExec | NativeSockets.NonBlocking, 0),
                "socket"));
            // SAFETY: the family and a NUL-terminated path inside the 110 bytes above, and the length says so.
            Kernel.Check(
                NativeSockets.Bind(socket.Number, address, (uint)(2 + length + 1)), "bind", $"{directory}/{name}");
            Kernel.Check(NativeSockets.Listen(socket.Number, 1), "listen", $"{directory}/{name}");
            return new DescriptorListener(place, socket, name);
        }
        catch
        {
            socket?.Dispose();
            place.Dispose();
            throw;
        }
    }

    /// <summary>
    /// What the first to connect has sent; null when nobody has, or no descriptor. Ask when the sender is done.
    /// </summary>
    public FileDescriptor? TryReceive()
    {
        // SAFETY: no address is asked for.
        var accepted = NativeSockets.Accept(
            _socket.Number, null, null, NativeSockets.CloseOnExec | NativeSockets.NonBlocking);
        if (accepted < 0)
        {
            return Kernel.LastError == Errno.EAGAIN ? null : throw new KernelException("accept4", Kernel.LastError, Path);
        }

        using var connection = new FileDescriptor(accepted);
        const int longestName = 4096;
        var payload = stackalloc byte[longestName];
        var control = default(PassedDescriptor);
        var segment = new SocketSegment { Start = payload, Length = longestName };
        var message = new SocketMessage
        {
            Segments = &segment,
            SegmentCount = 1,
            Control = (byte*)&control,
            ControlLength = (nuint)sizeof(PassedDescriptor),
        };
        // SAFETY: everything the message points to is on this stack, and the kernel writes at most the lengths given.
        var count = NativeSockets.ReceiveMessage(
            connection.Number, &message, NativeSockets.DontWait | NativeSockets.CloseOnExecReceived);
        return count >= 0 && message.ControlLength >= (nuint)(sizeof(PassedDescriptor) - sizeof(int))
            && control is { Level: NativeSockets.SocketLevel, Type: NativeSockets.Rights }
                ? new FileDescriptor(control.Descriptor)
                : null;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _directory.Dispose();
    }
}
