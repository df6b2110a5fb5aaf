using ShimService.Engine.Compile;
using ShimService.Engine.Containers;
using ShimService.Engine.Stdio;
using ShimService.Engine.Systemd;
using ShimService.Engine.Tests.Support;
using ShimService.Linux.Cgroups;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Systemd;

/// <summary>Containers in scopes, with something on the bus that answers like systemd.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "linux.cgroupsPath")]
public sealed class SystemdScopeTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly string Unified = CgroupLayout.Detect().Unified?.MountPoint ?? "";

    private readonly string _directory = Directory.CreateTempSubdirectory("shimservice-bus-").FullName;
    private readonly string _slice = $"test{Guid.NewGuid():N}"[..16];
    private readonly List<LinuxEngine> _engines = [];

    private string Bus => Path.Join(_directory, "system_bus_socket");

    public void Dispose()
    {
        _engines.ForEach(engine => engine.Dispose());
        Directory.Delete(_directory, recursive: true);
        foreach (var directory in (string[])[$"{Unified}/{_slice}.slice/{_slice}-a.slice", $"{Unified}/{_slice}.slice"])
        {
            if (Directory.Exists(directory))
            {
                Directory.Delete(directory);
            }
        }

        Assert.DoesNotContain(CgroupLayout.Detect().Hierarchies,
            hierarchy => Directory.Exists($"{hierarchy.MountPoint}/{_slice}.slice"));
    }

    [CgroupTwoFact]
    public async Task Run_WhenSystemdAnswers_ThenTheContainerLivesInItsScope()
    {
        using var systemd = new FakeSystemd(Bus, Unified) { SignalsFirst = true };
        using var container = new RealContainer(
            spec => spec with
            {
                Annotations = new Dictionary<string, string> { ["org.systemd.property.TimeoutStopSec"] = "uint64 5" },
                Linux = spec.Linux with
                {
                    CgroupsPath = $"{_slice}-a.slice:test:c1",
                    Resources = (spec.Linux.Resources ?? new LinuxResources()) with { Pids = new LinuxPids(50) },
                },
            },
            "sleep", "100")
        {
            Engine = Engine(),
        };
        await container.StartAsync();
        var pid = container.Container.Init.Pid.Value;
        var cgroup = $"/{_slice}.slice/{_slice}-a.slice/test-c1.scope";
        var mine = await File.ReadAllLinesAsync($"/proc/{pid}/cgroup");
        var (status, exec) = await container.ExecAsync(_ => { }, "sh", "-c", "exit 3");
        await container.Container.UpdateAsync("""{"pids":{"limit":60}}"""u8.ToArray(), CancellationToken.None).WaitAsync(Limit);
        await container.EndAsync();

        Assert.Contains($"0::{cgroup}", mine);
        Assert.All(mine.Where(line => line.Contains(":pids:", StringComparison.Ordinal)),
            line => Assert.EndsWith(cgroup, line, StringComparison.Ordinal));
        Assert.Equal((3, ""), (status, exec));
        Assert.False(Directory.Exists(Unified + cgroup));
        var accounting = CgroupLayout.Detect().Mode == CgroupMode.Unified ? "IOAccounting" : "BlockIOAccounting";
        const string match = "type='signal',interface='org.freedesktop.systemd1.Manager',member='JobRemoved'";
        Assert.Equal(
            [
                "Hello()", $"AddMatch({match})", "Subscribe()",
                $"StartTransientUnit(test-c1.scope, replace, Description=container {container.Id}, Slice={_slice}-a.slice, "
                    + $"Delegate=True, PIDs=[{pid}], DefaultDependencies=False, CPUAccounting=True, MemoryAccounting=True, "
                    + $"{accounting}=True, TasksAccounting=True, TasksMax=50, TimeoutStopUSec=5000000)",
                "Hello()", $"AddMatch({match})", "Subscribe()", "SetUnitProperties(test-c1.scope, true, TasksMax=60)",
                "Hello()", $"AddMatch({match})", "Subscribe()", "StopUnit(test-c1.scope, replace)",
                "ResetFailedUnit(test-c1.scope)",
            ],
            systemd.Calls);
    }

    [CgroupTwoFact]
    public async Task Create_WhenAUnitOfThatNameHasFailedBefore_ThenItIsClearedAndStarted()
    {
        using var systemd = new FakeSystemd(Bus, Unified)
        {
            Errors = { ["StartTransientUnit"] = "org.freedesktop.systemd1.UnitExists" },
        };
        using var container = new RealContainer(InScope, "true") { Engine = Engine() };
        var (status, _) = await container.RunAsync().WaitAsync(Limit);

        Assert.Equal(0, status);
        Assert.Equal(["StartTransientUnit", "ResetFailedUnit", "StartTransientUnit"],
            systemd.Calls.Skip(3).Take(3).Select(call => call[..call.IndexOf('(')]));
    }

    [CgroupTwoFact]
    public async Task Run_WhenThereIsOnlySystemdsOwnSocket_ThenItIsSpokenToWithoutABus()
    {
        var path = Path.Join(_directory, "private");
        using var systemd = new FakeSystemd(path, Unified);
        using var container = new RealContainer(InScope, "true") { Engine = Engine(Bus, path) };
        var (status, _) = await container.RunAsync().WaitAsync(Limit);

        Assert.Equal(0, status);
        Assert.StartsWith("StartTransientUnit(", systemd.Calls[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("timeout")]
    public async Task Create_WhenTheJobFails_ThenItsResultIsToldAndNothingIsLeft(string result)
    {
        using var systemd = new FakeSystemd(Bus) { JobResult = result };
        await AssertRefusedAsync($"ended as \"{result}\"", Bus);
    }

    [Fact]
    public async Task Create_WhenSystemdRefuses_ThenItsWordsAreTold()
    {
        using var systemd = new FakeSystemd(Bus)
        {
            Errors = { ["StartTransientUnit"] = "org.freedesktop.DBus.Error.InvalidArgs" },
        };
        await AssertRefusedAsync("said the fake (org.freedesktop.DBus.Error.InvalidArgs)", Bus);
    }

    [Fact]
    public async Task Create_WhenSystemdManagesOtherCgroups_ThenTheErrorSaysSo()
    {
        using var systemd = new FakeSystemd(Bus);
        await AssertRefusedAsync("does not manage the cgroups that are mounted here", Bus);
    }

    [Fact]
    public async Task Create_WhenNoSystemdAnswers_ThenTheSocketsAndTheWayOutAreTold()
    {
        var other = Path.Join(_directory, "other");
        await AssertRefusedAsync($"no systemd answers at {Bus} (ENOENT), {other} (ENOENT)", Bus, other);
        await AssertRefusedAsync("SystemdCgroup off", Bus);
    }

    [Fact]
    public async Task Start_WhenSystemdDoesNotAnswer_ThenTheWaitingEnds()
    {
        using var systemd = new FakeSystemd(Bus) { IsSilent = true };
        var scope = new SystemdScope(new ScopeName("a.slice", "b.scope"), [Bus], TimeSpan.FromMilliseconds(100));
        var refused = await Assert.ThrowsAsync<TaskException>(() => scope.StartAsync([]).WaitAsync(Limit));

        Assert.Contains("does not answer in time", refused.Message, StringComparison.Ordinal);
    }

    private async Task AssertRefusedAsync(string told, params string[] sockets)
    {
        using var container = new RealContainer(InScope, "true") { Engine = Engine(sockets) };
        var refused = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));

        Assert.Equal((ErrorKind.FailedPrecondition, "linux.cgroupsPath"), (refused.Kind, refused.Field));
        Assert.Contains(told, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(CgroupLayout.Detect().Hierarchies,
            hierarchy => Directory.Exists($"{hierarchy.MountPoint}/{_slice}.slice"));
    }

    private Spec InScope(Spec spec) =>
        spec with { Linux = spec.Linux with { CgroupsPath = $"{_slice}-a.slice:test:c1" } };

    private LinuxEngine Engine(params string[] sockets)
    {
        var engine = LinuxEngine.Open(new PlanCompiler(), new StdioOptions(), new EngineOptions
        {
            SystemBusSockets = sockets.Length > 0 ? sockets : [Bus], SystemdLimit = TimeSpan.FromSeconds(10),
        });
        _engines.Add(engine);
        return engine;
    }
}
