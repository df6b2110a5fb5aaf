namespace ShimService.Cli;

/// <summary>A fault found on our side of the connection. The message says what to do about it.</summary>
internal sealed class CliException(string message, int exitStatus = ExitStatus.Ours, Exception? inner = null)
    : Exception(message, inner)
{
    public int Status { get; } = exitStatus;
}
