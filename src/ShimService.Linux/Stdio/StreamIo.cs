using ShimService.Linux.Native;

namespace ShimService.Linux.Stdio;

/// <summary>
/// One transfer each, never more, interrupted calls repeated. They block only where the descriptor does:
/// callers pass non-blocking ones, or regular files.
/// </summary>
public static unsafe class StreamIo
{
    public static IoResult Read(FileDescriptor source, Span<byte> buffer)
    {
        // SAFETY: the span is pinned for the call and its length given with it.
        fixed (byte* start = buffer)
        {
            nint count;
            do
            {
                count = NativeFile.Read(source.Number, start, (nuint)buffer.Length);
            }
            while (Kernel.Interrupted(count));

            return IoResult.From(count, Kernel.LastError);
        }
    }

    /// <summary>A read from a place in a regular file; its position stays.</summary>
    public static IoResult ReadAt(FileDescriptor file, Span<byte> buffer, long offset)
    {
        var count = FileCalls.ReadAt(file, buffer, offset, out var errno);
        return IoResult.From(count, errno);
    }

    public static IoResult Write(FileDescriptor target, ReadOnlySpan<byte> data)
    {
        // SAFETY: the span is pinned for the call and its length given with it.
        fixed (byte* start = data)
        {
            nint count;
            do
            {
                count = NativeFile.Write(target.Number, start, (nuint)data.Length);
            }
            while (Kernel.Interrupted(count));

            return IoResult.From(count, Kernel.LastError);
        }
    }

    /// <summary>A read from a socket that does not block, whatever the flags its other holders chose.</summary>
    public static IoResult Receive(FileDescriptor socket, Span<byte> buffer)
    {
        // SAFETY: the span is pinned for the call and its length given with it.
        fixed (byte* start = buffer)
        {
            nint count;
            do
            {
                count = NativeSockets.Receive(
                    socket.Number, start, (nuint)buffer.Length, NativeSockets.DontWait);
            }
            while (Kernel.Interrupted(count));

            return IoResult.From(count, Kernel.LastError);
        }
    }

    /// <summary>A write to a socket that does not block, whatever the flags its other holders chose.</summary>
    public static IoResult Send(FileDescriptor socket, ReadOnlySpan<byte> data)
    {
        // SAFETY: the span is pinned for the call and its length given with it.
        fixed (byte* start = data)
        {
            nint count;
            do
            {
                count = NativeSockets.Send(
                    socket.Number, start, (nuint)data.Length, NativeSockets.DontWait | NativeSockets.NoSignal);
            }
            while (Kernel.Interrupted(count));

            return IoResult.From(count, Kernel.LastError);
        }
    }

    /// <summary>
    /// Moves up to <paramref name="length"/> bytes from pipe to pipe without copying them and without blocking.
    /// EAGAIN does not say which of the two was in the way: ask <see cref="IsReady"/>. Source: man 2 splice.
    /// </summary>
    public static IoResult Splice(FileDescriptor source, FileDescriptor target, int length)
    {
        nint count;
        do
        {
            // SAFETY: no offsets are given, so no pointer is read.
            count = NativeStream.Splice(
                source.Number,
                null,
                target.Number,
                null,
                (nuint)length,
                NativeStream.SPLICE_F_MOVE | NativeStream.SPLICE_F_NONBLOCK);
        }
        while (Kernel.Interrupted(count));

        return IoResult.From(count, Kernel.LastError);
    }

    /// <summary>True when a transfer would not block now, be it because of an end or an error.</summary>
    public static bool IsReady(FileDescriptor descriptor, Readiness readiness) => Poll(descriptor, readiness, 0) != 0;

    /// <summary>True when a pipe holds bytes.</summary>
    public static bool HasInput(FileDescriptor readEnd) =>
        (Poll(readEnd, Readiness.Readable, 0) & NativeStream.POLLIN) != 0;

    /// <summary>
    /// How many bytes a pipe or a terminal holds; 0 where that cannot be told. Source: man 2const FIONREAD.
    /// </summary>
    public static int CountInput(FileDescriptor descriptor)
    {
        var count = 0;
        // SAFETY: the kernel writes one int, on the stack.
        return NativeStream.CountControl(descriptor.Number, NativeStream.FIONREAD, &count) == 0 ? count : 0;
    }

    /// <summary>True when a pipe's last writer has gone, whatever it still holds.</summary>
    public static bool IsHungUp(FileDescriptor readEnd) =>
        (Poll(readEnd, Readiness.HungUp, 0) & NativeStream.POLLHUP) != 0;

    /// <summary>True when a pipe has a reader, whatever it reads.</summary>
    public static bool HasReader(FileDescriptor writeEnd) =>
        (Poll(writeEnd, Readiness.HungUp, 0) & NativeStream.POLLERR) == 0;

    /// <summary>Blocks the calling thread until a transfer would not.</summary>
    public static void WaitUntilReady(FileDescriptor descriptor, Readiness readiness) =>
        Poll(descriptor, readiness, -1);

    private static short Poll(FileDescriptor descriptor, Readiness readiness, int timeoutMilliseconds)
    {
        var wanted = readiness switch
        {
            Readiness.Readable => NativeStream.POLLIN,
            Readiness.Writable => NativeStream.POLLOUT,
            _ => (short)0,
        };
        var entry = new PollEntry { Descriptor = descriptor.Number, Wanted = wanted };
        int count;
        do
        {
            // SAFETY: one entry on the stack, and the count says one.
            count = NativeStream.Poll(&entry, 1, timeoutMilliseconds);
        }
        while (Kernel.Interrupted(count));

        return Kernel.Check(count, "poll") > 0 ? entry.Found : (short)0;
    }
}
