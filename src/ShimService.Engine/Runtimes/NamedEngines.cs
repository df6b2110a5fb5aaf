using ShimService.Engine.Containers;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Runtimes;

/// <summary>
/// The engines of a process, by the name in the request: ours, and every OCI runtime, which works for us. They share
/// reaper, streams and cgroups. Takes over the native one.
/// </summary>
/// <param name="native">Ours.</param>
/// <param name="directory">
/// Below it runtimes keep what they know of their containers; null = in each container's bundle.
/// </param>
public sealed class NamedEngines(LinuxEngine native, string? directory) : IEngine, IDisposable
{
    /// <inheritdoc/>
    public IReadOnlyList<ExplainedStep> Explain(string bundle) => native.Explain(bundle);

    /// <inheritdoc/>
    public Task<IContainer> CreateAsync(
        ContainerRequest request, IContainerObserver observer, CancellationToken abort) =>
        request.Engine.Runtime is null
            ? native.CreateAsync(request, observer, abort)
            : CreateByRuntimeAsync(request, observer, abort);

    public void Dispose() => native.Dispose();

    // Apart, so that a process that never does it pays nothing.
    private Task<IContainer> CreateByRuntimeAsync(
        ContainerRequest request, IContainerObserver observer, CancellationToken abort)
    {
        var parts = native.Parts;
        var runtime = new OciRuntime(
            request.Engine, request.Id.Value, new RuntimeDirectory(directory ?? request.Bundle), parts);
        return new RuntimeCreation(parts, runtime, request, observer).RunAsync(abort);
    }
}
