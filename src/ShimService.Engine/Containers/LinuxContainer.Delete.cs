using ShimService.Engine.Launching;
using ShimService.Linux.Errors;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Containers;

/// <summary>The end of a container.</summary>
internal sealed partial class LinuxContainer
{
    /// <inheritdoc/>
    public async Task DeleteAsync()
    {
        var step = "kill what is left";
        try
        {
            _init.Kill(Signal.Kill);
            step = $"remove the cgroup {_cgroup.Path}";
            var removed = _cgroup.RemoveAsync(_parts.Options.RemoveLimit, CancellationToken.None);
            await removed;
            await StopScopeAsync();
            Resctrl?.Remove();
            await _init.Reaped.WaitAsync(_parts.Options.RemoveLimit, _parts.Options.Time);
            _memory.Dispose();
            MountedRootfs.Unmount(_mounted, next => step = next);
            await _hooks.AfterDeleteAsync();
        }
        catch (KernelException exception)
        {
            throw LaunchErrors.From(step, exception);
        }
        catch (TimeoutException)
        {
            throw LaunchErrors.TimedOut(step, _parts.Options.RemoveLimit);
        }
    }

    // A scope ends by itself when its last process has gone: nobody has to wait for a systemd that does not answer.
    private async Task StopScopeAsync()
    {
        if (Scope is not { } scope)
        {
            return;
        }

        try
        {
            await scope.StopAsync();
        }
        catch (TaskException silent)
        {
            _parts.Options.OnWarning(silent.Message);
        }
    }
}
