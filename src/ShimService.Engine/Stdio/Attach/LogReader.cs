using ShimService.Engine.Stdio.Sinks;
using ShimService.Linux;
using ShimService.Linux.Stdio;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio.Attach;

/// <summary>
/// Reads part of a log back into the pieces it was made of. For one attacher that fell behind; not the stdio thread's.
/// </summary>
internal sealed class LogReader(FileDescriptor file) : IDisposable
{
    /// <summary>Room for several of the longest records.</summary>
    private const int BlockBytes = 64 * 1024;

    private readonly byte[] _block = new byte[BlockBytes];

    /// <summary>
    /// Reads whole records from <paramref name="position"/>, at most up to <paramref name="end"/>, and moves it past
    /// them. Nothing when the bytes there are not ours any more: somebody cut the file.
    /// </summary>
    public List<StdioChunk> Read(ref long position, long end)
    {
        var wanted = (int)Math.Min(end - position, BlockBytes);
        var result = StreamIo.ReadAt(file, _block.AsSpan(0, wanted), position);
        ReadOnlySpan<byte> rest = _block.AsSpan(0, result.Count);
        var chunks = new List<StdioChunk>();
        var joined = new MemoryStream();
        var current = StdioStream.Stdout;
        while (CriLogFormat.TryParse(rest, out var record, out var stream, out var payload, out var isFull))
        {
            if (stream != current && joined.Length > 0)
            {
                chunks.Add(new StdioChunk(current, joined.ToArray()));
                joined.SetLength(0);
            }

            current = stream;
            joined.Write(payload);
            if (isFull)
            {
                joined.WriteByte((byte)'\n');
            }

            position += record;
            rest = rest[record..];
        }

        if (joined.Length > 0)
        {
            chunks.Add(new StdioChunk(current, joined.ToArray()));
        }

        return chunks;
    }

    public void Dispose() => file.Dispose();
}
