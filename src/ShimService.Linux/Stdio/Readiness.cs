namespace ShimService.Linux.Stdio;

/// <summary>What to wait for on a descriptor. Hang-ups and errors always count as both.</summary>
public enum Readiness
{
    Readable,
    Writable,

    /// <summary>Nothing but the hang-up: of a pipe's read end, that its last writer has gone.</summary>
    HungUp,
}
