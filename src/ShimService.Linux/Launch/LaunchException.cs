namespace ShimService.Linux.Launch;

/// <summary>A launch that ended before its process executed anything of the user's.</summary>
public sealed class LaunchException(LaunchFailure failure) : Exception(failure.ToString())
{
    public LaunchFailure Failure { get; } = failure;
}
