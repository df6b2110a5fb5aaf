namespace ShimService.Shim.CommandLine;

/// <summary>The command line, or what stands on stdin beside it, is wrong. The message is the whole answer.</summary>
internal sealed class UsageException(string message) : Exception(message);
