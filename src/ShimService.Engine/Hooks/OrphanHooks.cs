using ShimService.Engine.Containers;
using ShimService.Engine.Reaping;
using ShimService.Engine.Stdio.Loop;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Oci;
using ShimService.Oci.Model;

namespace ShimService.Engine.Hooks;

/// <summary>The poststop hooks of a container whose shim is gone, run by whoever has cleaned up after it.</summary>
public static class OrphanHooks
{
    /// <summary>
    /// Reads the bundle again; without a spec that can be read there is nothing to run. What fails is told as a
    /// warning. Never throws. The process must leave its children to the engine's reaper.
    /// </summary>
    public static async Task RunPoststopAsync(string id, string bundle, EngineOptions options)
    {
        try
        {
            var spec = Spec.Parse(await File.ReadAllBytesAsync(Path.Join(bundle, "config.json")));
            if (spec.Hooks.Poststop.Count == 0)
            {
                return;
            }

            using var launcher = new Launcher();
            using var loop = new StdioLoop(failure => options.OnWarning($"a stream was given up: {failure.Message}"));
            await new HostHooks(launcher, Reaper.Shared, loop, options, spec, id, bundle).RunPoststopAsync();
        }
        catch (Exception failure) when (
            failure is IOException or UnauthorizedAccessException or SpecException or KernelException)
        {
            options.OnWarning($"container {id}: poststop hooks: {failure.Message}");
        }
    }
}
