using System.Text;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Stdio;

/// <summary>
/// A connection to a unix socket, with one limit for all that is done with it. Blocks the calling thread, never longer
/// than that. Errors: KernelException with the path; ETIMEDOUT when the limit is over, ECONNRESET at the other's end.
/// </summary>
public sealed unsafe class StreamSocket : IDisposable
{
    private readonly FileDescriptor _socket;
    private readonly string _path;
    private readonly long _deadline;

    private StreamSocket(FileDescriptor socket, string path, TimeSpan limit)
    {
        _socket = socket;
        _path = path;
        _deadline = Environment.TickCount64 + (long)limit.TotalMilliseconds;
    }

    public static StreamSocket Connect(string path, TimeSpan limit)
    {
        // Through /proc/self/fd a path of any length fits into the 108 bytes of an address.
        using var target = Files.Open(path, OpenFlags.Path);
        var address = stackalloc byte[2 + NativeSockets.MaxPathBytes];
        var room = new Span<byte>(address + 2, NativeSockets.MaxPathBytes);
        room.Clear();
        var length = Encoding.ASCII.GetBytes($"/proc/self/fd/{target.Number}", room);
        *(ushort*)address = NativeSockets.Unix;
        var socket = new FileDescriptor(Kernel.Check(
            NativeSockets.Create(
                NativeSockets.Unix, NativeSockets.Stream | NativeSockets.CloseOnExec | NativeSockets.NonBlocking, 0),
            "socket"));
        // SAFETY: the family and a NUL-terminated path inside the 110 bytes above, and the length says so.
        if (NativeSockets.Connect(socket.Number, address, (uint)(2 + length + 1)) < 0)
        {
            var errno = Kernel.LastError;
            socket.Dispose();
            throw new KernelException("connect", errno, path);
        }

        return new StreamSocket(socket, path, limit);
    }

    /// <summary>Sends it all.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            // SAFETY: pinned for the call, and its length given.
            fixed (byte* start = bytes)
            {
                var sent = NativeSockets.Send(_socket.Number, start, (nuint)bytes.Length, NativeSockets.NoSignal);
                if (sent > 0)
                {
                    bytes = bytes[(int)sent..];
                    continue;
                }
            }

            Await(NativeStream.POLLOUT, "send");
        }
    }

    /// <summary>Fills the buffer whole.</summary>
    public void Receive(Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            // SAFETY: pinned for the call, and its length given.
            fixed (byte* start = buffer)
            {
                var received = NativeSockets.Receive(_socket.Number, start, (nuint)buffer.Length, 0);
                if (received > 0)
                {
                    buffer = buffer[(int)received..];
                    continue;
                }

                if (received == 0)
                {
                    throw new KernelException("recv", Errno.ECONNRESET, _path);
                }
            }

            Await(NativeStream.POLLIN, "recv");
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Await(short ready, string call)
    {
        if (Kernel.LastError is not (Errno.EAGAIN or Errno.EINTR))
        {
            throw new KernelException(call, Kernel.LastError, _path);
        }

        var left = _deadline - Environment.TickCount64;
        var entry = new PollEntry { Descriptor = _socket.Number, Wanted = ready };
        // SAFETY: one entry of this frame, and the count says one.
        if (left <= 0 || NativeStream.Poll(&entry, 1, (int)Math.Min(left, int.MaxValue)) == 0)
        {
            throw new KernelException(call, Errno.ETIMEDOUT, _path);
        }
    }
}
