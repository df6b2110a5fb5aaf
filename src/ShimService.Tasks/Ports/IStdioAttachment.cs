namespace ShimService.Tasks.Ports;

/// <summary>One reader of a process's live output. Disposing leaves.</summary>
public interface IStdioAttachment : IDisposable
{
    /// <summary>Bytes of the process's log file that are older than this attachment; 0 without a log.</summary>
    long LogBytes { get; }

    IAsyncEnumerable<StdioChunk> ReadAllAsync(CancellationToken cancel);
}
