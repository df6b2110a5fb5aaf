namespace ShimService.Shim.Handlers.Mapping;

/// <summary>Whether errors say to programs what their message says to people.</summary>
internal enum ErrorDetails
{
    /// <summary>With google.rpc details: for our own clients.</summary>
    Full,

    /// <summary>
    /// Code and message: containerd 2 prints every detail it does not know behind the message, twice. Source:
    /// containerd
    /// errdefs pkg/errgrpc ("non-error detail").
    /// </summary>
    None,
}
