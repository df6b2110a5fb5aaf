using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Stdio.Open;

/// <summary>
/// Opening named pipes without ever blocking a thread. The path is resolved once; both ends are opened through
/// /proc/self/fd of that one object, so nobody can put another in between. Errors: KernelException.
/// Source: man 7 fifo (ENXIO for a writer without a reader).
/// </summary>
internal static class Fifos
{
    /// <summary>How soon after its client an open succeeds: nothing announces a reader that blocks in open.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>The path itself, not opened for anything yet.</summary>
    public static FileDescriptor Resolve(string path) => Files.Open(path, OpenFlags.Path);

    /// <summary>
    /// A write end as soon as somebody reads, and a read end beside it. Errors: ETIMEDOUT when nobody came in time.
    /// </summary>
    public static async Task<PipeEnds> OpenOutputAsync(
        FileDescriptor fifo, string path, StdioOptions options, CancellationToken cancel)
    {
        var started = options.Time.GetTimestamp();
        while (true)
        {
            if (TryOpenWrite(fifo, path) is { } write)
            {
                try
                {
                    return new PipeEnds(Reopen(fifo, path, OpenFlags.ReadOnly), write);
                }
                catch
                {
                    write.Dispose();
                    throw;
                }
            }

            if (options.Time.GetElapsedTime(started) >= options.FifoOpenLimit)
            {
                throw new KernelException(
                    "open", Errno.ETIMEDOUT, path, $"nobody opened it for reading within {options.FifoOpenLimit.TotalSeconds} s");
            }

            await Task.Delay(Interval, options.Time, cancel);
        }
    }

    /// <summary>A read end, and a write end that keeps the input open while its client is away.</summary>
    public static PipeEnds OpenInput(FileDescriptor fifo, string path)
    {
        var read = Reopen(fifo, path, OpenFlags.ReadOnly);
        try
        {
            return new PipeEnds(read, Reopen(fifo, path, OpenFlags.WriteOnly));
        }
        catch
        {
            read.Dispose();
            throw;
        }
    }

    private static FileDescriptor? TryOpenWrite(FileDescriptor fifo, string path)
    {
        try
        {
            return Reopen(fifo, path, OpenFlags.WriteOnly);
        }
        catch (KernelException refused) when (refused.Errno == Errno.ENXIO)
        {
            return null;
        }
    }

    /// <summary>The resolved file itself, opened without blocking.</summary>
    public static FileDescriptor Reopen(FileDescriptor fifo, string path, OpenFlags direction)
    {
        try
        {
            return Files.Open($"/proc/self/fd/{fifo.Number}", direction | OpenFlags.NonBlocking);
        }
        catch (KernelException refused)
        {
            throw new KernelException(refused.Call, refused.Errno, path);
        }
    }
}
