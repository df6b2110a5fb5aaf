namespace ShimService.Tasks.Supervision;

/// <summary>Limits of waiting, each from a contract or a habit that is named.</summary>
public sealed record TaskOptions
{
    /// <summary>How long init's exit waits for the exits of execs that were killed with it.</summary>
    public TimeSpan ExecGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a delete waits for output to reach its readers. Source: containerd 1.7 runc shim.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a late second delete is answered like the first.</summary>
    public TimeSpan RememberDeleted { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many deletes are remembered, of tasks and of execs in each task.</summary>
    public int RememberedDeletes { get; init; } = 256;

    /// <summary>How many requests may wait for one task's work in progress.</summary>
    public int MaximumWaiting { get; init; } = 128;

    /// <summary>How many letters fit into a mailbox before its senders wait.</summary>
    public int MailboxSize { get; init; } = 256;
}
