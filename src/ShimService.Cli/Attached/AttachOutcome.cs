namespace ShimService.Cli.Attached;

/// <summary>How an attachment ended.</summary>
internal enum AttachOutcome
{
    /// <summary>The process's output has ended.</summary>
    Ended,

    /// <summary>The user typed the detach keys; the process runs on.</summary>
    Detached,
}
