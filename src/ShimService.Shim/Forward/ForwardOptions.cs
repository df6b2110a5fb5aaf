namespace ShimService.Shim.Forward;

/// <summary>How long between attempts: the first wait, doubled up to the longest.</summary>
internal sealed record ForwardOptions
{
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromMilliseconds(50);

    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(5);
}
