namespace ShimService.Tasks.Ports;

/// <summary>What to do with output that nobody takes, once the pipes on the way are full.</summary>
public enum WhenFull
{
    /// <summary>
    /// The process waits in its write until a reader comes: nothing is lost. As containerd's own shim does.
    /// </summary>
    Block,

    /// <summary>The oldest unread bytes go, so that the process never waits.</summary>
    DropOldest,
}
