using ShimService.Engine.Containers;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Launching;

/// <summary>
/// Leads a child from rendezvous to rendezvous, doing at each what a plan without branches cannot. When it takes too
/// long, or the caller aborts, the child is killed.
/// </summary>
internal sealed class Rendezvous(LaunchedProcess process, EngineOptions options, string? gate)
{
    private LaunchPlan Plan =>
        process.Plan ?? throw new InvalidOperationException("the child has not been given a plan");

    /// <summary>Done at <see cref="LaunchNames.UserNamespace"/>.</summary>
    public Action? UserNamespace { get; init; }

    /// <summary>Done at each <see cref="LaunchNames.CopyUp"/>.</summary>
    public Action? CopyUp { get; init; }

    /// <summary>Done at <see cref="LaunchNames.Terminal"/>.</summary>
    public Action? Terminal { get; init; }

    /// <summary>Done at <see cref="LaunchNames.Listener"/>.</summary>
    public Action? Listener { get; init; }

    /// <summary>Done at <see cref="LaunchNames.Hooks"/>; has limits of its own.</summary>
    public Func<CancellationToken, Task>? Hooks { get; init; }

    /// <summary>
    /// Completes at the gate, or without one when the child has executed.
    /// Errors: LaunchException, OperationCanceledException, TaskException (TimedOut).
    /// </summary>
    public async Task RunAsync(CancellationToken abort)
    {
        for (var i = 0; i < Plan.Rendezvous.Count; i++)
        {
            await Limited(process.ReachAsync(i), abort);
            var name = Plan.Rendezvous[i].Name;
            if (name == gate)
            {
                return;
            }

            if (name == LaunchNames.Hooks && Hooks is { } hooks)
            {
                await hooks(abort);
            }
            else
            {
                await ActAsync(name);
            }

            process.Proceed();
        }

        await Limited(process.ExecuteAsync(), abort);
    }

    /// <summary>
    /// From the gate on; completes when the child has executed. Errors: as <see cref="RunAsync"/>.
    /// </summary>
    public async Task OpenAsync(CancellationToken abort)
    {
        var next = 1;
        while (Plan.Rendezvous[next - 1].Name != gate)
        {
            next++;
        }

        for (; next < Plan.Rendezvous.Count; next++)
        {
            var reached = process.ReachAsync(next);
            process.Proceed();
            await Limited(reached, abort);
            try
            {
                await ActAsync(Plan.Rendezvous[next].Name);
            }
            catch
            {
                process.Kill(9);
                throw;
            }
        }

        var executed = process.ExecuteAsync();
        process.Proceed();
        await Limited(executed, abort);
    }

    // Nothing can be done to a child that has failed meanwhile, and then its own step is the one to be told.
    private async Task ActAsync(string name)
    {
        try
        {
            Act(name);
        }
        catch (KernelException)
        {
            process.Kill(9);
            try
            {
                await process.ExecuteAsync().WaitAsync(options.LaunchLimit, options.Time);
            }
            catch (LaunchException own) when (own.Failure.Errno == Errno.None)
            {
                // Killed here.
            }

            throw;
        }
    }

    private void Act(string name)
    {
        var action = name switch
        {
            LaunchNames.UserNamespace => UserNamespace,
            LaunchNames.Terminal => Terminal,
            LaunchNames.CopyUp => CopyUp,
            LaunchNames.Listener => Listener,
            _ => null,
        };
        (action ?? throw new InvalidOperationException($"nobody knows what to do at the rendezvous \"{name}\""))();
    }

    /// <summary>Waits for the child; kills it when the limit is over or the caller aborts.</summary>
    public async Task Limited(Task reached, CancellationToken abort)
    {
        if (reached.IsCompletedSuccessfully)
        {
            return;
        }

        try
        {
            await reached.WaitAsync(options.LaunchLimit, options.Time, abort);
        }
        catch (TimeoutException)
        {
            var step = process.Step;
            process.Kill(9);
            throw LaunchErrors.TimedOut(step, options.LaunchLimit);
        }
        catch (OperationCanceledException)
        {
            process.Kill(9);
            throw;
        }
    }
}
