using ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Daemon.Shims;

/// <summary>Runs the shim binary. In tests a fake serves the same tables inside the test's process.</summary>
internal interface IShimLauncher
{
    /// <summary>
    /// Starts a shim that serves directory's socket; it listens when this returns.
    /// Errors: DaemonException with what the binary said.
    /// </summary>
    Task StartAsync(ShimDirectory directory, CancellationToken cancel);

    /// <summary>
    /// After the death of a shim: ends and cleans one of its tasks, and tells how its init process ended.
    /// Errors: DaemonException; the task may then have left something behind.
    /// </summary>
    Task<DeleteResponse> DeleteAsync(ShimDirectory directory, string id, string bundle, CancellationToken cancel);
}
