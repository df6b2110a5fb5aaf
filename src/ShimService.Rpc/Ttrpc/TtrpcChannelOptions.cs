namespace ShimService.Rpc;

/// <summary>Limits of a <see cref="TtrpcChannel"/>.</summary>
public sealed record TtrpcChannelOptions
{
    /// <summary>Largest payload of a frame, in bytes; ttrpc's own limit is 4 MiB.</summary>
    public int MessageLimit { get; init; } = MessageCodec.DefaultLimit;

    /// <summary>
    /// Bytes that may wait in one stream for its reader. A stream that is full ends with ResourceExhausted, or, where
    /// it is the only call of the channel, makes the server wait: give a bulk stream a channel of its own.
    /// </summary>
    public int StreamBuffer { get; init; } = 1024 * 1024;

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
