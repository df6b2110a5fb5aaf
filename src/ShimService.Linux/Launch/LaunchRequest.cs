namespace ShimService.Linux.Launch;

/// <summary>A launch on its way to a launcher thread.</summary>
internal sealed class LaunchRequest(LaunchPlan plan, LaunchOptions options)
    : TaskCompletionSource<LaunchedProcess>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public LaunchPlan Plan { get; } = plan;

    public LaunchOptions Options { get; } = options;
}
