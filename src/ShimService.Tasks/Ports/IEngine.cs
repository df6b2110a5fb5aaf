using ShimService.Tasks.Errors;

namespace ShimService.Tasks.Ports;

/// <summary>
/// Makes containers out of bundles. Implemented on Linux by ShimService.Engine, in tests by a fake.
/// Every member may be called from any thread. Errors: <see cref="TaskException"/>.
/// </summary>
public interface IEngine
{
    /// <summary>What a create of this bundle would do, in order. Touches nothing.</summary>
    IReadOnlyList<ExplainedStep> Explain(string bundle);

    /// <summary>
    /// Launches the container's init process up to its gate: everything but the user's program is done.
    /// On failure, or when <paramref name="abort"/> fires, everything made is undone before the exception leaves.
    /// </summary>
    Task<IContainer> CreateAsync(ContainerRequest request, IContainerObserver observer, CancellationToken abort);
}
