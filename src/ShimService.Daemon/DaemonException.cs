namespace ShimService.Daemon;

/// <summary>
/// shimd cannot start or go on; the message says why and what to do, and is all a person gets to see.
/// </summary>
internal sealed class DaemonException(string message, Exception? inner = null) : Exception(message, inner);
