namespace ShimService.Rpc;

/// <summary>Limits and callbacks of a <see cref="TtrpcServer"/>.</summary>
public sealed record TtrpcServerOptions
{
    /// <summary>Largest payload of a frame, in bytes; ttrpc's own limit is 4 MiB.</summary>
    public int MessageLimit { get; init; } = MessageCodec.DefaultLimit;

    /// <summary>
    /// Bytes that may wait in one stream for its handler. A stream that is full ends with ResourceExhausted, or, where
    /// it is the only call of its connection, makes the connection wait: give bulk input a connection of its own.
    /// </summary>
    public int StreamBuffer { get; init; } = 1024 * 1024;

    /// <summary>Calls of one connection at a time; the next ones end with ResourceExhausted.</summary>
    public int CallsPerConnection { get; init; } = 65_536;

    /// <summary>How long calls under way may go on after the stop.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Who may connect; by default, as ttrpc asks, our own effective user and group.</summary>
    public Func<PeerCredentials, bool>? AllowPeer { get; init; }

    /// <summary>Told of what a handler threw that is neither an RpcException nor a cancellation.</summary>
    public Action<RpcContext, Exception>? Unexpected { get; init; }

    /// <summary>Told the number of open connections whenever it has changed; from any thread.</summary>
    public Action<int>? ConnectionsChanged { get; init; }

    /// <summary>
    /// What waits for requests and runs them; null: the runtime's sockets and pool. The caller's to end.
    /// </summary>
    public IReceiver? Receiver { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
