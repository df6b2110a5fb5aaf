namespace ShimService.Linux.Launch;

/// <summary>Whether an operation's result is moved to a descriptor number of its own.</summary>
internal enum Keeping
{
    WhenUsedTwice,
    Always,
}
