using ShimService.Engine.Compile;
using ShimService.Engine.Containers;
using ShimService.Engine.Stdio;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Systemd;

/// <summary>Containers in scopes of the systemd that manages this machine.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "linux.cgroupsPath")]
public sealed class RealSystemdTests : IDisposable
{
    private const string Root = "/sys/fs/cgroup";
    private const int Megabytes = 64 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("shimservice-systemd-").FullName;
    private readonly string _slice = $"test{Guid.NewGuid():N}"[..16];
    private readonly List<LinuxEngine> _engines = [];

    private string Cgroup => $"/{_slice}.slice/{_slice}-a.slice/test-c1.scope";

    public void Dispose()
    {
        _engines.ForEach(engine => engine.Dispose());
        Directory.Delete(_directory, recursive: true);
    }

    [SystemdFact]
    public async Task Run_WhenLimitsAreGiven_ThenSystemdKnowsThemAndAReloadKeepsThem()
    {
        using var container = Container(new LinuxResources
        {
            Memory = new LinuxMemory { Limit = Megabytes, Swap = Megabytes },
            Pids = new LinuxPids(50),
            Cpu = new LinuxCpu { Quota = 50000, Period = 100000, Shares = 512, Cpus = "0" },
            Unified = new Dictionary<string, string> { ["memory.high"] = "50331648" },
        });
        await container.StartAsync();
        var pid = container.Container.Init.Pid.Value;
        var home = await File.ReadAllTextAsync($"/proc/{pid}/cgroup");
        var made = Files("memory.max", "memory.swap.max", "memory.high", "pids.max", "cpu.max", "cpuset.cpus");
        var known = await ShowAsync("MemoryMax", "MemoryHigh", "TasksMax", "CPUQuotaPerSecUSec", "AllowedCPUs", "Delegate");
        var (_, exec) = await container.ExecAsync(_ => { }, "cat", "/proc/self/cgroup");
        await SystemctlAsync("daemon-reload");
        var kept = Files("memory.max", "memory.swap.max", "memory.high", "pids.max", "cpu.max", "cpuset.cpus");
        await container.Container.UpdateAsync("""{"pids":{"limit":60},"memory":{"limit":134217728}}"""u8.ToArray(),
            CancellationToken.None).WaitAsync(Limit);
        await SystemctlAsync("daemon-reload");
        var updated = Files("memory.max", "pids.max")
            + InOrder(await ShowAsync("MemoryMax", "TasksMax"), "MemoryMax", "TasksMax");
        await container.EndAsync();
        var after = await ShowAsync("LoadState");

        Assert.Equal($"0::{Cgroup}\n", home);
        Assert.Equal("67108864 0 50331648 50 50000 100000 0 ", made);
        Assert.Equal(
            "MemoryMax=67108864 MemoryHigh=50331648 TasksMax=50 CPUQuotaPerSecUSec=500ms AllowedCPUs=0 Delegate=yes ",
            InOrder(known, "MemoryMax", "MemoryHigh", "TasksMax", "CPUQuotaPerSecUSec", "AllowedCPUs", "Delegate"));
        Assert.Equal(made, kept);
        Assert.Equal("134217728 60 MemoryMax=134217728 TasksMax=60 ", updated);
        Assert.Equal("0::/\n", exec);
        Assert.Equal("LoadState=not-found ", after);
        Assert.False(Directory.Exists(Root + Cgroup));
    }

    [SystemdFact]
    public async Task Create_WhenAScopeOfThatNameHasFailed_ThenItIsClearedAndStarted()
    {
        // A scope that has run too long is killed, and stays there as failed.
        await HostCommand.RunAsync("/usr/bin/systemd-run", "--quiet", "--scope", "--unit=test-c1.scope",
            $"--slice={_slice}-a.slice", "-p", "RuntimeMaxSec=100ms", "sleep", "100");
        await UntilAsync("ActiveState=failed ");
        using var container = Container(new LinuxResources());
        await container.StartAsync();
        var state = await ShowAsync("ActiveState");
        await container.EndAsync();

        Assert.Equal("ActiveState=active ", state);
        Assert.Equal("LoadState=not-found ", await ShowAsync("LoadState"));
    }

    [SystemdFact]
    public async Task Stop_WhenSystemdEndsTheScope_ThenTheExitIsToldAndDeleteFindsNothingToDo()
    {
        using var container = Container(new LinuxResources());
        await container.StartAsync();
        await SystemctlAsync("kill", "--signal=SIGKILL", "test-c1.scope");
        var exit = await container.Container.Init.Exited.WaitAsync(Limit);
        await UntilAsync("ActiveState=inactive ");
        await container.EndAsync();

        Assert.Equal(128 + 9, exit.Status);
        Assert.False(Directory.Exists(Root + Cgroup));
    }

    [SystemdFact]
    public async Task Delete_WhenTheKernelHasKilledTheContainer_ThenNoFailedUnitIsLeft()
    {
        using var container = Container(new LinuxResources
        {
            Memory = new LinuxMemory { Limit = Megabytes, Swap = Megabytes },
            Unified = new Dictionary<string, string> { ["memory.oom.group"] = "1" },
        });
        await container.StartAsync();
        var hog = container.ExecAsync(_ => { }, "/bin/busybox", "tail", "/dev/zero");
        var exit = await container.Container.Init.Exited.WaitAsync(Limit);
        await hog.WaitAsync(Limit);
        await container.EndAsync();

        Assert.Equal(128 + 9, exit.Status);
        Assert.Equal("LoadState=not-found ", await ShowAsync("LoadState"));
        Assert.False(Directory.Exists(Root + Cgroup));
    }

    [SystemdFact]
    public async Task Run_WhenThereIsOnlySystemdsOwnSocket_ThenTheScopeIsMadeWithoutABus()
    {
        using var container = Container(new LinuxResources(), "/run/systemd/private");
        await container.StartAsync();
        var state = await ShowAsync("ActiveState", "Slice");
        await container.EndAsync();

        Assert.Equal($"ActiveState=active Slice={_slice}-a.slice ", InOrder(state, "ActiveState", "Slice"));
        Assert.False(Directory.Exists(Root + Cgroup));
    }

    [SystemdFact]
    public async Task Run_WhenTheCgroupIsMadeBesideSystemd_ThenAReloadLeavesItAlone()
    {
        using var container = new RealContainer(
            spec => spec with
            {
                Linux = spec.Linux with { Resources = new LinuxResources { Pids = new LinuxPids(40) } },
            },
            "sleep", "100");
        await container.StartAsync();
        var directory = $"{Root}/shimservice/{container.Id}";
        await SystemctlAsync("daemon-reload");
        var kept = await File.ReadAllTextAsync($"{directory}/pids.max");
        await container.EndAsync();

        Assert.Equal("40\n", kept);
        Assert.False(Directory.Exists(directory));
    }

    private RealContainer Container(LinuxResources resources, params string[] sockets)
    {
        var engine = LinuxEngine.Open(new PlanCompiler(), new StdioOptions(), new EngineOptions
        {
            SystemBusSockets = sockets.Length > 0 ? sockets : null,
        });
        _engines.Add(engine);
        return new RealContainer(
            spec => spec with
            {
                Linux = spec.Linux with { CgroupsPath = $"{_slice}-a.slice:test:c1", Resources = resources },
            },
            "sleep", "100")
        {
            Engine = engine,
        };
    }

    private string Files(params string[] names) =>
        string.Concat(names.Select(name => File.ReadAllText($"{Root}{Cgroup}/{name}").Replace('\n', ' ')));

    private async Task<string> ShowAsync(params string[] properties)
    {
        var output = Path.Join(_directory, Guid.NewGuid().ToString("N"));
        await HostCommand.RunAsync("/bin/sh", "-c",
            $"systemctl show -p {string.Join(',', properties)} test-c1.scope > {output} 2>&1");
        return (await File.ReadAllTextAsync(output)).Replace('\n', ' ');
    }

    // systemd shows them in an order of its own.
    private static string InOrder(string shown, params string[] properties)
    {
        var words = shown.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(properties.Select(property =>
            Array.Find(words, word => word.StartsWith($"{property}=", StringComparison.Ordinal)) + " "));
    }

    private static async Task SystemctlAsync(params string[] args) =>
        Assert.Equal(0, await HostCommand.RunAsync("/usr/bin/systemctl", args));

    // Of a unit's end there is no event here that a test could wait for.
    private async Task UntilAsync(string state)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (await ShowAsync("ActiveState") != state)
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
