using ShimService.Engine.Compile;
using ShimService.Engine.Containers;
using ShimService.Engine.Launching;
using ShimService.Engine.Stdio;
using ShimService.Engine.Tests.Support;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Tests.Failpoints;

/// <summary>
/// A launch that fails at each of its steps in turn: the error names that step, and nothing is left on the host.
/// </summary>
public sealed class FailpointTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly FailpointCompiler _compiler = new(new PlanCompiler());
    private readonly FailingClock _clock = new();
    private readonly List<string> _warnings = [];
    private readonly LinuxEngine _engine;

    public FailpointTests() => _engine = LinuxEngine.Open(
        _compiler, new StdioOptions(), new EngineOptions { Time = _clock, OnWarning = _warnings.Add });

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("plain", false)]
    [InlineData("terminal", true)]
    [InlineData("user namespace", false)]
    public async Task Create_WhenAnOperationOfThePlanFails_ThenItsStepIsNamedAndNothingIsLeft(
        string kind, bool terminal)
    {
        // Of the others, the steps that a plain container does not have.
        var known = kind == "plain" ? [] : await RunOnceAsync("plain", terminal: false);
        var operations = await RunOnceAsync(kind, terminal);
        var gate = Gate(_compiler.Last);
        var before = Leftovers.Now();
        foreach (var at in Enumerable.Range(0, gate).Where(at => !known.Contains(operations[at])))
        {
            _compiler.Init = at;
            using var real = Container(kind);
            var failure = await Assert.ThrowsAsync<TaskException>(() => real.CreateAsync(terminal).WaitAsync(Limit));

            Assert.Equal((operations[at], Failpoint.Errno), (failure.Step, failure.Errno));
            Assert.Contains(operations[at], failure.Message, StringComparison.Ordinal);
            before.AssertNothingIsLeft(operations[at], real.Id);
        }

        before.AssertNoDescriptorIsLeft();
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task Start_WhenAnOperationOfThePlanFails_ThenItsStepIsNamedAndDeleteLeavesNothing()
    {
        var operations = await RunOnceAsync("plain", terminal: false);
        var gate = Gate(_compiler.Last);
        var before = Leftovers.Now();
        for (var at = gate; at < operations.Length; at++)
        {
            _compiler.Init = at;
            using var real = Container("plain");
            var failure = await Assert.ThrowsAsync<TaskException>(async () =>
            {
                await real.CreateAsync().WaitAsync(Limit);
                await real.Container.StartAsync(CancellationToken.None).WaitAsync(Limit);
            });

            Assert.Equal((operations[at], Failpoint.Errno), (failure.Step, failure.Errno));

            // What fails at the gate itself may be heard of while create still waits for it, and then there is none.
            Assert.True(at == gate || real.Container is not null);
            if (real.Container is not null)
            {
                await real.Container.Init.Exited.WaitAsync(Limit);
                await real.Container.Init.Stdio.CloseAsync();
                await real.Container.DeleteAsync().WaitAsync(Limit);
            }

            before.AssertNothingIsLeft(operations[at], real.Id);
        }
    }

    [Fact]
    public async Task Exec_WhenAnOperationOfThePlanFails_ThenItsStepIsNamedAndTheContainerGoesOn()
    {
        using var real = Container("plain", "sleep", "1000");
        await real.CreateAsync().WaitAsync(Limit);
        await real.Container.StartAsync(CancellationToken.None).WaitAsync(Limit);
        Assert.Equal(0, await ExecAsync(real, "first"));
        var operations = Steps(_compiler.Last);
        var before = Leftovers.Now();
        for (var at = 0; at < operations.Length; at++)
        {
            _compiler.Exec = at;
            var failure = await Assert.ThrowsAsync<TaskException>(() => ExecAsync(real, $"exec-{at}"));

            Assert.Equal((operations[at], Failpoint.Errno), (failure.Step, failure.Errno));
            await RealContainer.UntilAsync(() => Leftovers.Now().Children == before.Children);
        }

        _compiler.Exec = null;
        Assert.Equal(0, await ExecAsync(real, "last"));
        before.AssertNoDescriptorIsLeft();
        real.Container.KillAll(Signal.Kill);
        await real.Container.Init.Exited.WaitAsync(Limit);
        await real.Container.Init.Stdio.CloseAsync();
        await real.Container.DeleteAsync().WaitAsync(Limit);
    }

    [Fact]
    public async Task Create_WhenAPartOfTheShimsOwnFails_ThenTheErrorSaysSoAndNothingIsLeft()
    {
        await RunOnceAsync("plain", terminal: false);
        var before = Leftovers.Now();
        var steps = new List<string>();
        for (var look = 2; ; look++)
        {
            _clock.FailAt(look);
            using var real = Container("plain");
            var failure = await Record.ExceptionAsync(() => real.CreateAsync().WaitAsync(Limit));
            if (failure is null)
            {
                _clock.FailAt(int.MaxValue);
                await EndAsync(real);
                break;
            }

            before.AssertNothingIsLeft($"look {look}", real.Id);
            if (failure is TaskException told)
            {
                Assert.Equal("EIO", told.Errno);
                steps.Add(told.Step!);
            }
        }

        Assert.Subset(steps.ToHashSet(), new HashSet<string>
        {
            "compile the spec", "open stdio", "set the limits", "give the process its plan", "clone",
        });
        before.AssertNoDescriptorIsLeft();
        Assert.Empty(_warnings);
    }

    private static int Gate(LaunchPlan plan) =>
        plan.Rendezvous.Single(stop => stop.Name == LaunchNames.Start).Operation;

    private static string[] Steps(LaunchPlan plan) => [.. plan.Operations.Select(operation => operation.Step)];

    /// <summary>The steps of its plan, after a run in which nothing fails: what is made once is there then.</summary>
    private async Task<string[]> RunOnceAsync(string kind, bool terminal)
    {
        using var real = Container(kind);
        Assert.Equal(0, (await real.RunAsync(terminal).WaitAsync(Limit)).Status);
        return Steps(_compiler.Last);
    }

    private RealContainer Container(string kind, params string[] args) => new(
        spec => Changed(spec, kind), args.Length > 0 ? args : ["true"])
    {
        Engine = _engine,
    };

    private static Spec Changed(Spec spec, string kind)
    {
        var linux = spec.Linux;
        spec = spec with
        {
            Mounts = [.. spec.Mounts, new MountSpec
            {
                Destination = "/tmp/own", Type = "tmpfs", Source = "tmpfs", Options = ["nosuid", "size=64k", "ro"],
            }],
        };
        return kind switch
        {
            "terminal" => spec with { Process = spec.Process! with { Terminal = true } },
            "user namespace" => spec with
            {
                Linux = linux with
                {
                    Sysctl = new Dictionary<string, string>(),
                    Namespaces = [.. linux.Namespaces, new LinuxNamespace(LinuxNamespaceKind.User)],
                    UidMappings = [new LinuxIdMapping(0, 0, 65536)],
                    GidMappings = [new LinuxIdMapping(0, 0, 65536)],
                },
            },
            _ => spec with { Root = spec.Root! with { Readonly = true } },
        };
    }

    private static async Task<int> ExecAsync(RealContainer real, string id)
    {
        var process = await real.Container.ExecAsync(
            new ExecRequest(
                ExecId.Parse(id, "id"), Bundle.Process("/bin/true"), new StdioRequest("", "", "", Terminal: false)),
            CancellationToken.None).WaitAsync(Limit);
        var exit = await process.Exited.WaitAsync(Limit);
        await process.Stdio.CloseAsync();
        return exit.Status;
    }

    private static async Task EndAsync(RealContainer real)
    {
        real.Container.Init.Kill(Signal.Kill);
        await real.Container.Init.Exited.WaitAsync(Limit);
        await real.Container.Init.Stdio.CloseAsync();
        await real.Container.DeleteAsync().WaitAsync(Limit);
    }
}
