using ShimService.Engine.Containers;
using ShimService.Engine.Launching;
using ShimService.Engine.Reaping;
using ShimService.Engine.Stdio.Loop;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Hooks;

/// <summary>
/// The hooks of one container that run in the shim's namespaces. By the container's owner, one at a time.
/// </summary>
internal sealed class HostHooks(
    Launcher launcher, Reaper reaper, StdioLoop loop, EngineOptions options, Spec spec, string id, string bundle)
{
    private readonly HookRunner _runner = new(loop, options);
    private readonly HostStarter _starter = new(launcher, reaper);

    /// <summary>All of a kind, in order, until one fails. Errors: as <see cref="HookRunner.RunAsync"/>.</summary>
    public async Task RunAsync(HookKind kind, int pid, CancellationToken abort)
    {
        foreach (var point in HookPoint.All(spec.Hooks, kind))
        {
            await RunAsync(point, pid, abort);
        }
    }

    /// <summary>All of poststop, whatever becomes of each. Never throws.</summary>
    public async Task RunPoststopAsync()
    {
        foreach (var point in HookPoint.All(spec.Hooks, HookKind.Poststop))
        {
            try
            {
                await RunAsync(point, pid: null, CancellationToken.None);
            }
            catch (TaskException failure)
            {
                options.OnWarning($"container {id}: {failure.Message}");
            }
        }
    }

    private Task RunAsync(HookPoint point, int? pid, CancellationToken abort)
    {
        var hook = point.Hook;
        var state = HookState.Write(id, point.Kind, pid, bundle, spec.Annotations);
        return _runner.RunAsync(point, state, async streams =>
        {
            var (process, exited) = await _starter.StartAsync(
                new HostProgram(hook.Path, hook.Args.Count > 0 ? hook.Args : [hook.Path], hook.Env ?? [])
                {
                    // After delete the bundle may have gone.
                    WorkingDirectory = point.Kind == HookKind.Poststop ? "/" : bundle,
                    Stdin = streams.Stdin,
                    Stderr = streams.Stderr,
                    Session = HostSession.Own,
                });
            return new HookProcess(process, exited);
        }, abort);
    }
}
