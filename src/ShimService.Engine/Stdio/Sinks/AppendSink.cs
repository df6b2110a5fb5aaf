using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Linux.Stdio;

namespace ShimService.Engine.Stdio.Sinks;

/// <summary>
/// Raw bytes appended to a regular file (O_APPEND, so that two streams, other writers and a rotation by truncation
/// get along; the kernel refuses to splice into such a file). What the disk refuses is dropped and said once.
/// </summary>
internal sealed class AppendSink(FileDescriptor file, Action<Errno> onLoss) : IStdioSink
{
    private bool _losing;

    public FileDescriptor? Descriptor => null;

    public bool TakesSplice => false;

    public int Write(ReadOnlySpan<byte> data)
    {
        var written = 0;
        while (written < data.Length)
        {
            var result = StreamIo.Write(file, data[written..]);
            if (!result.Succeeded || result.Count == 0)
            {
                if (!_losing)
                {
                    _losing = true;
                    onLoss(result.Succeeded ? Errno.ENOSPC : result.Errno);
                }

                return data.Length;
            }

            written += result.Count;
        }

        _losing = false;
        return written;
    }

    public void End() => file.Dispose();

    public void Dispose() => file.Dispose();
}
