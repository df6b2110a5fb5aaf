using Microsoft.Win32.SafeHandles;

namespace ShimService.Daemon.Logs;

/// <summary>Finds where the last lines of a log begin, reading it backwards.</summary>
internal static class LogTail
{
    private const int BlockLength = 64 * 1024;

    // Long enough for the instant, the stream and the F or P at the start of a line.
    private const int TagLength = 64;

    /// <summary>
    /// The offset of the first line to show. A line is what the process ended with a newline; what it has written
    /// after its last newline counts as one. 0 lines = all.
    /// </summary>
    public static long Find(SafeFileHandle file, long length, ulong lines)
    {
        if (lines == 0)
        {
            return 0;
        }

        var end = length;
        ulong seen = 0;
        foreach (var start in LineStartsBackwards(file, length))
        {
            if (end > start && (end == length || EndsLine(file, start)) && ++seen > lines)
            {
                return end;
            }

            end = start;
        }

        return 0;
    }

    private static bool EndsLine(SafeFileHandle file, long start)
    {
        Span<byte> tag = stackalloc byte[TagLength];
        var read = RandomAccess.Read(file, tag, start);
        return !CriLine.TryParse(tag[..read], out var line) || line.IsFull;
    }

    // Every offset where a line of the file begins, last first; ends with 0.
    private static IEnumerable<long> LineStartsBackwards(SafeFileHandle file, long length)
    {
        var block = new byte[BlockLength];
        var blockEnd = length;
        while (blockEnd > 0)
        {
            var blockStart = Math.Max(0, blockEnd - BlockLength);
            var read = RandomAccess.Read(file, block.AsSpan(0, (int)(blockEnd - blockStart)), blockStart);
            for (var index = block.AsSpan(0, read).LastIndexOf((byte)'\n'); index >= 0;
                index = block.AsSpan(0, index).LastIndexOf((byte)'\n'))
            {
                if (blockStart + index + 1 < length)
                {
                    yield return blockStart + index + 1;
                }
            }

            blockEnd = blockStart;
        }

        yield return 0;
    }
}
