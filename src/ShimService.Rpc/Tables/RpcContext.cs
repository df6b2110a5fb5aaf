namespace ShimService.Rpc;

/// <summary>What a handler may know about its call besides the request. Immutable; any thread may read it.</summary>
public sealed class RpcContext
{
    /// <summary>Full name: "containerd.task.v3.Task".</summary>
    public required string Service { get; init; }

    /// <summary>Bare name: "Create".</summary>
    public required string Method { get; init; }

    /// <summary>
    /// Fires when nobody waits for the answer any more: cancelled, past its deadline, or the connection is gone. It
    /// means "stop waiting"; it never undoes what the call has begun.
    /// </summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>When the caller gives up; null where it waits for ever.</summary>
    public DateTimeOffset? Deadline { get; init; }

    public RpcMetadata Metadata { get; init; } = RpcMetadata.Empty;

    /// <summary>Null where the connection is not a unix socket.</summary>
    public PeerCredentials? Peer { get; init; }
}
