namespace ShimService.Rpc;

/// <summary>What a client says about one call besides its request.</summary>
public sealed record RpcCallOptions
{
    /// <summary>No limit, no metadata.</summary>
    public static RpcCallOptions Default { get; } = new();

    /// <summary>
    /// Sent to the server and kept here too: then the call ends with RpcException(DeadlineExceeded). Null = no limit.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    public RpcMetadata Metadata { get; init; } = RpcMetadata.Empty;
}
