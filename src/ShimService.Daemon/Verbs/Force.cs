namespace ShimService.Daemon.Verbs;

/// <summary>Whether a removal ends what still runs.</summary>
internal enum Force
{
    No,
    Yes,
}
