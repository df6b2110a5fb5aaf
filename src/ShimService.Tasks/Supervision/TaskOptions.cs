namespace ShimService.Tasks.Supervision;

/// <summary>Limits of waiting, each from a contract or a habit that is named.</summary>
public sealed record TaskOptions
{
    /// <summary>
    /// How long init's exit waits for the exits of execs that were killed with it. Longer than an engine keeps an exit
    /// back for readers of the output, so that no real status is replaced.
    /// </summary>
    public TimeSpan ExecGrace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How long a delete waits for a reader that is slow to take the output. CRI gives a delete ten seconds, and the
    /// runc shim's ten for the output alone starve it (containerd#13377).
    /// </summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>
    /// How long after an exit output is waited for of which nothing is there: a child that keeps the stream open.
    /// Source: containerd 1.6 runc shim.
    /// </summary>
    public TimeSpan DrainIdle { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a late second delete is answered like the first.</summary>
    public TimeSpan RememberDeleted { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many deletes are remembered, of tasks and of execs in each task.</summary>
    public int RememberedDeletes { get; init; } = 256;

    /// <summary>How long a shutdown waits for a container that has been announced.</summary>
    public TimeSpan ExpectFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many requests may wait for one task's work in progress.</summary>
    public int MaximumWaiting { get; init; } = 128;

    /// <summary>How many letters fit into a mailbox before its senders wait.</summary>
    public int MailboxSize { get; init; } = 256;
}
