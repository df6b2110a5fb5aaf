using Google.Protobuf.WellKnownTypes;
using Microsoft.Win32.SafeHandles;
using ShimService.Contracts.V1;

namespace ShimService.Daemon.Logs;

/// <summary>
/// Reads a process log forward and gives back the bytes the process wrote. A line that is still being written is
/// left for the next read. Not for two threads at a time.
/// </summary>
internal sealed class LogCursor : IDisposable
{
    private const int InitialBuffer = 64 * 1024;

    private readonly SafeFileHandle _file;
    private byte[] _buffer = new byte[InitialBuffer];
    private long _offset;

    private LogCursor(SafeFileHandle file) => _file = file;

    /// <summary>Lines from before this instant are passed over.</summary>
    public Timestamp? Since { get; init; }

    /// <summary>Opens a log; null when the process has none (yet).</summary>
    public static LogCursor? TryOpen(string path, Timestamp? since)
    {
        try
        {
            return new LogCursor(
                File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
            {
                Since = since,
            };
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Places the cursor before the last <paramref name="lines"/> lines the process wrote.</summary>
    public void SkipToTail(ulong lines) => _offset = LogTail.Find(_file, RandomAccess.GetLength(_file), lines);

    /// <summary>
    /// Adds what is there below byte <paramref name="end"/> of the file, at most a buffer of it.
    /// </summary>
    /// <returns>False when there was nothing to read.</returns>
    public bool Read(List<LogsResponse> into, long end = long.MaxValue)
    {
        var wanted = (int)Math.Min(_buffer.Length, end - _offset);
        var read = wanted <= 0 ? 0 : RandomAccess.Read(_file, _buffer.AsSpan(0, wanted), _offset);
        var rest = _buffer.AsSpan(0, read);
        var consumed = 0;
        var assembler = new LogAssembler(into, Since);
        while (rest.IndexOf((byte)'\n') is var newline and >= 0)
        {
            assembler.Add(rest[..newline]);
            consumed += newline + 1;
            rest = rest[(newline + 1)..];
        }

        assembler.Complete();
        _offset += consumed;
        if (consumed == 0 && read == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
            return Read(into, end);
        }

        return consumed > 0;
    }

    public void Dispose() => _file.Dispose();
}
