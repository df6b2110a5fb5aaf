namespace ShimService.Cli.Attached;

/// <summary>An open attachment. One sender and one reader at a time.</summary>
internal interface IAttachedStream : IAsyncDisposable
{
    ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel);

    ValueTask CloseInputAsync(CancellationToken cancel);

    /// <summary>Ends when the process's output has ended.</summary>
    IAsyncEnumerable<AttachedChunk> ReadAllAsync(CancellationToken cancel);
}
