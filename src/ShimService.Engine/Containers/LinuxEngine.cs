using ShimService.Engine.Hooks;
using ShimService.Engine.Launching;
using ShimService.Engine.Reaping;
using ShimService.Engine.Statistics;
using ShimService.Engine.Stdio;
using ShimService.Linux;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Launch;
using ShimService.Oci;
using ShimService.Oci.Model;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Containers;

/// <summary>
/// Containers on this machine's kernel. Makes the process subreaper and non-dumpable, and collects the exits of all
/// its children: nothing else in the process may wait for children. One per process.
/// </summary>
public sealed class LinuxEngine : IEngine, IDisposable
{
    private readonly EngineParts _parts;

    private LinuxEngine(EngineParts parts) => _parts = parts;

    internal EngineParts Parts => _parts;

    /// <summary>Errors: KernelException when the host lacks what no container can do without.</summary>
    public static LinuxEngine Open(IPlanCompiler compiler, StdioOptions stdio, EngineOptions options)
    {
        ThisProcess.BecomeSubreaper();
        ThisProcess.ForbidDumps();
        var cgroups = CgroupHost.Open(CgroupLayout.Detect(), options.Time);
        var launcher = new Launcher();
        return new LinuxEngine(new EngineParts(
            compiler,
            launcher,
            Reaper.Shared,
            cgroups,
            new OutOfMemoryNotices(),
            new StdioService(stdio, launcher),
            options));
    }

    /// <inheritdoc/>
    public IReadOnlyList<ExplainedStep> Explain(string bundle)
    {
        var spec = BundleSpec.Read(bundle);
        var plan = Compile(spec, bundle).Plan;
        var steps = new List<ExplainedStep>(plan.Operations.Count);
        var rendezvous = 0;
        for (var i = 0; i < plan.Operations.Count; i++)
        {
            steps.Add(new ExplainedStep(plan.Operations[i].Step, plan.Describe(i), plan.Operations[i].Clause));
            if (rendezvous < plan.Rendezvous.Count && plan.Rendezvous[rendezvous].Operation == i)
            {
                AddHooks(steps, spec.Hooks, plan.Rendezvous[rendezvous++].Name);
            }
        }

        HookListing.Add(steps, spec.Hooks, HookKind.Poststart);
        HookListing.Add(steps, spec.Hooks, HookKind.Poststop);
        return steps;
    }

    /// <inheritdoc/>
    public async Task<IContainer> CreateAsync(
        ContainerRequest request, IContainerObserver observer, CancellationToken abort)
    {
        var timer = new LaunchTimer(_parts.Options.Time);
        var spec = BundleSpec.Read(request.Bundle);
        timer.Done("read spec");
        return await new ContainerCreation(_parts, request, spec, observer, timer).RunAsync(abort);
    }

    /// <summary>Ends the threads; parked inits die with them. Running containers go on.</summary>
    public void Dispose()
    {
        _parts.Launcher.Dispose();
        _parts.Stdio.Dispose();
        _parts.Memory.Dispose();
        _parts.Cgroups.Dispose();
    }

    // At a rendezvous the engine acts while the process waits.
    private static void AddHooks(List<ExplainedStep> steps, HooksSpec hooks, string rendezvous)
    {
        switch (rendezvous)
        {
            case LaunchNames.Hooks:
                HookListing.Add(steps, hooks, HookKind.Prestart);
                HookListing.Add(steps, hooks, HookKind.CreateRuntime);
                HookListing.Add(steps, hooks, HookKind.CreateContainer);
                break;
            case LaunchNames.Start:
                HookListing.Add(steps, hooks, HookKind.StartContainer);
                break;
        }
    }

    private InitPlan Compile(Spec spec, string bundle)
    {
        try
        {
            var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(bundle));
            var choice = CgroupChoice.Of(_parts.Cgroups, spec, name, CgroupDriver.ByPath);
            return _parts.Compiler.CompileInit(new InitRequest(spec, bundle, choice.TasksFiles)
            {
                CgroupUnified = _parts.Cgroups.Layout.Mode == CgroupMode.Unified,
                CgroupSources = choice.Sources,
                Keyring = LaunchNames.Keyring(name, SessionKeyring.Own),
            });
        }
        catch (SpecException exception)
        {
            throw LaunchErrors.From(exception);
        }
    }
}
