using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.V1;

namespace ShimService.Daemon.Logs;

/// <summary>
/// Makes messages out of log lines. Lines the shim read in one go carry one instant and travel in one message.
/// </summary>
internal ref struct LogAssembler(List<LogsResponse> into, Timestamp? since)
{
    // Well below the transports' 4 MiB.
    private const int LargestPiece = 256 * 1024;

    private ArrayBufferWriter<byte>? _pending;
    private Contracts.V1.Stream _stream;
    private Timestamp? _time;

    /// <summary>Adds one line, without its newline. What is not a line of the shim's is passed over.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        if (!CriLine.TryParse(text, out var line))
        {
            return;
        }

        var time = line.ReadTime();
        if (since is not null && time is not null && time < since)
        {
            return;
        }

        if (_pending is not null
            && (_stream != line.Stream || !Equals(_time, time)
                || _pending.WrittenCount + line.Bytes.Length > LargestPiece))
        {
            Complete();
        }

        _pending ??= new ArrayBufferWriter<byte>(line.Bytes.Length + 1);
        _stream = line.Stream;
        _time = time;
        _pending.Write(line.Bytes);
        if (line.IsFull)
        {
            _pending.Write("\n"u8);
        }
    }

    /// <summary>Hands over what is pending.</summary>
    public void Complete()
    {
        if (_pending is null)
        {
            return;
        }

        into.Add(new LogsResponse
        {
            Stream = _stream,
            Timestamp = _time,
            Data = UnsafeByteOperations.UnsafeWrap(_pending.WrittenMemory),
        });
        _pending = null;
    }
}
