namespace ShimService.Rpc;

/// <summary>Limits of a <see cref="GrpcChannel"/>.</summary>
public sealed record GrpcChannelOptions
{
    /// <summary>Largest message sent or taken, unpacked, in bytes.</summary>
    public int MessageLimit { get; init; } = MessageCodec.DefaultLimit;

    /// <summary>
    /// Packs requests, and asks the server to pack its answers. Costs more than it saves on one host.
    /// </summary>
    public bool Gzip { get; init; }
}
