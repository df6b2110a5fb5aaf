using ShimService.Engine.Containers;
using ShimService.Engine.Launching;
using ShimService.Engine.Reaping;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Runtimes;

/// <summary>A container of an OCI runtime whose shim is gone, for whoever cleans up after it.</summary>
public static class OrphanRuntimes
{
    /// <summary>
    /// Lets the runtime delete it by force, poststop hooks included. What fails is told as a warning. Never throws. The
    /// process must leave its children to the engine's reaper.
    /// </summary>
    /// <param name="engine">What made it.</param>
    /// <param name="id">Its id.</param>
    /// <param name="directory">As <see cref="NamedEngines"/> had it, or the bundle.</param>
    /// <param name="options">Limits.</param>
    public static async Task DeleteAsync(EngineName engine, string id, string directory, EngineOptions options)
    {
        try
        {
            using var launcher = new Launcher();
            var runtime = new OciRuntime(
                engine, id, new RuntimeDirectory(directory), options, new HostStarter(launcher, Reaper.Shared),
                Reaper.Shared);
            await runtime.RunAsync("delete", ["--force"], default, CancellationToken.None);
        }
        catch (Exception failure) when (failure is TaskException or KernelException)
        {
            options.OnWarning($"container {id}: {failure.Message}");
        }
    }

    /// <summary>
    /// The cgroup its spec names is its own: who is in it was launched for it, if by a runtime that was killed in the
    /// middle and knows of nobody. Parameters: as <see cref="DeleteAsync"/>.
    /// </summary>
    public static bool OwnsCgroup(string id, string directory) =>
        File.Exists(new RuntimeDirectory(directory).CgroupClaim(id));

    /// <summary>What is left of its cgroups where we have none, once those are gone. Never throws.</summary>
    public static void RemoveCgroups(CgroupPath path) => RuntimeHierarchies.Remove(path);
}
