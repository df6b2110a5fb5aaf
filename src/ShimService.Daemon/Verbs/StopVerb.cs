using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.V1;
using ShimService.Daemon.Registry;
using ShimService.Daemon.Services;
using ShimService.Rpc;
using V3 = ShimService.Contracts.Containerd.Task.V3;

namespace ShimService.Daemon.Verbs;

/// <summary>TaskService.Stop: the container's stop signal, and SIGKILL for one that does not end in time.</summary>
internal sealed class StopVerb(TaskRegistry registry, StopSignal stop, TimeProvider time)
{
    private const int DefaultTimeoutSeconds = 10;

    public async Task<StopResponse> RunAsync(StopRequest request, RpcContext context)
    {
        var entry = registry.Require(request.Id);
        var signal = request.Signal != Signal.Unspecified ? (int)request.Signal
            : entry.Record is { StopSignal: > 0 } record ? record.StopSignal
            : (int)Signal.Sigterm;
        var seconds = request.HasTimeoutSeconds
            ? request.TimeoutSeconds
            : entry.Record?.StopTimeoutSeconds ?? DefaultTimeoutSeconds;
        WaitResponse? exit = null;
        await stop.RunAsync(context, async cancel => exit = await StopAsync(entry, signal, seconds, cancel));
        return new StopResponse { ExitStatus = exit!.ExitStatus, ExitedAt = exit.ExitedAt };
    }

    private async Task<WaitResponse> StopAsync(TaskEntry entry, int signal, int seconds, CancellationToken cancel)
    {
        var exit = WaitVerb.WaitAsync(entry, "", cancel);
        if (seconds != 0)
        {
            await TrySignalAsync(entry, signal);
            if (seconds < 0 || await EndsAsync(exit, TimeSpan.FromSeconds(seconds), cancel))
            {
                return await exit;
            }
        }

        await TrySignalAsync(entry, (int)Signal.Sigkill);
        return await exit;
    }

    private async Task<bool> EndsAsync(Task<WaitResponse> exit, TimeSpan limit, CancellationToken cancel)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAny(exit, Task.Delay(limit, time, timer.Token));
        await timer.CancelAsync();
        return exit.IsCompleted;
    }

    // One that has ended meanwhile is what was asked for.
    private static async Task TrySignalAsync(TaskEntry entry, int signal)
    {
        if (entry.Ended.IsCompleted)
        {
            return;
        }

        try
        {
            await entry.Live("Stop").TaskAsync(
                "Kill", new V3.KillRequest { Id = entry.Id, Signal = (uint)signal }, Empty.Parser, CancellationToken.None);
        }
        catch (RpcException error) when (error.Code == RpcStatusCode.NotFound)
        {
            // Its exit is on the way, or told already.
        }
    }
}
