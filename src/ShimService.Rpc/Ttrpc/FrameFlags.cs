namespace ShimService.Rpc.Ttrpc;

/// <summary>Source: containerd/ttrpc PROTOCOL.md.</summary>
[Flags]
internal enum FrameFlags : byte
{
    None = 0,

    /// <summary>The sender sends nothing more on this stream.</summary>
    RemoteClosed = 1,

    /// <summary>Of a request: the client has more to send.</summary>
    RemoteOpen = 2,

    /// <summary>Of a data frame: there is no message in it, not even an empty one.</summary>
    NoData = 4,
}
