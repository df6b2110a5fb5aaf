namespace ShimService.Rpc.Ttrpc;

/// <summary>Source: containerd/ttrpc PROTOCOL.md. A receiver ignores the types it does not know.</summary>
internal enum FrameType : byte
{
    Request = 1,
    Response = 2,
    Data = 3,

    /// <summary>
    /// Ours: the client waits no more. ttrpc has no such frame, so an abandoned Wait would stay in the server until
    /// the connection closes; servers of others ignore it.
    /// </summary>
    Cancel = 0x80,
}
