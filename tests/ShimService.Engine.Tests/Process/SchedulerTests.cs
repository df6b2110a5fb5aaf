using System.Text.Json.Nodes;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Process;

/// <summary>process.scheduler, read from /proc/self/stat of the process itself: it starts no other.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "process.scheduler")]
public sealed class SchedulerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(SchedulerPolicy.Other, 7)]
    [InlineData(SchedulerPolicy.Batch, -3)]
    [InlineData(SchedulerPolicy.Idle, 0)]
    public async Task Run_WhenAPolicyIsGiven_ThenTheInitHasIt(SchedulerPolicy policy, int nice)
    {
        using var container = new RealContainer(
            spec =>
                spec with { Process = spec.Process! with { Scheduler = new ProcessScheduler(policy) { Nice = nice } } },
            "cat", "/proc/self/stat");
        var (_, output) = await container.RunAsync().WaitAsync(Limit);

        Assert.Equal(((int)policy, nice, 0), Read(output));
    }

    [Fact]
    public async Task Run_WhenRealTimeIsGivenItsShare_ThenTheInitHasItsPriority()
    {
        using var container = new RealContainer(
            spec => spec with
            {
                Process = spec.Process! with
                {
                    Scheduler = new ProcessScheduler(SchedulerPolicy.RoundRobin) { Priority = 2 },
                },
            },
            "cat", "/proc/self/stat");
        try
        {
            var (_, output) = await container.RunAsync().WaitAsync(Limit);
            Assert.Equal(2, Read(output).Policy);
            Assert.Equal(2, Read(output).Priority);
        }
        catch (TaskException refused)
        {
            // A kernel that gives each cgroup its share of real time: this one's has none.
            Assert.True(File.Exists("/sys/fs/cgroup/cpu/cpu.rt_runtime_us"), refused.Message);
            Assert.Equal("EPERM", refused.Errno);
            Assert.Contains("resources.cpu.realtimeRuntime", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Run_WhenPolicyAndParametersAreKept_ThenPolicyAndValuesStayAsTheyWere()
    {
        using var container = new RealContainer(
            spec => spec with
            {
                Process = spec.Process! with
                {
                    Scheduler = new ProcessScheduler(SchedulerPolicy.Batch)
                    {
                        Nice = 9, Flags = SchedulerFlags.KeepPolicy | SchedulerFlags.KeepParameters,
                    },
                },
            },
            "cat", "/proc/self/stat");
        var (_, output) = await container.RunAsync().WaitAsync(Limit);

        Assert.Equal((0, 0, 0), Read(output));
    }

    [Fact]
    public async Task Exec_WhenAPolicyIsGiven_ThenItsProcessHasItAndElseTheContainers()
    {
        using var container = new RealContainer(
            spec => spec with
            {
                Process = spec.Process! with { Scheduler = new ProcessScheduler(SchedulerPolicy.Other) { Nice = 4 } },
            },
            "sleep", "100");
        await container.StartAsync();
        var inherited = await container.ExecAsync(_ => { }, "cat", "/proc/self/stat");
        var own = await container.ExecAsync(
            process => process["scheduler"] = new JsonObject { ["policy"] = "SCHED_BATCH", ["nice"] = 11 },
            "cat", "/proc/self/stat");
        var reset = await container.ExecAsync(
            process => process["scheduler"] = new JsonObject
            {
                ["policy"] = "SCHED_BATCH", ["nice"] = -5, ["flags"] = new JsonArray("SCHED_FLAG_RESET_ON_FORK"),
            },
            "sh", "-c", "cat /proc/$$/stat; cat /proc/self/stat | cat");
        await container.EndAsync();

        Assert.Equal((0, 4, 0), Read(inherited.Output));
        Assert.Equal((3, 11, 0), Read(own.Output));
        Assert.Equal((3, -5, 0), Read(reset.Output.Split('\n')[0]));

        // What is reset of these two is the nice value.
        Assert.Equal((3, 0, 0), Read(reset.Output.Split('\n')[1]));
    }

    [Fact]
    public async Task Exec_WhenADeadlineIsGiven_ThenItsProcessHasItAndNoMorePower()
    {
        using var container = new RealContainer(null, "sleep", "100");
        await container.StartAsync();
        try
        {
            var (_, output) = await container.ExecAsync(
                process => process["scheduler"] = Deadline(), "cat", "/proc/self/stat", "/proc/self/status");

            Assert.Equal(6, Read(output.Split('\n')[0]).Policy);
            Assert.Contains("CapEff:\t0000000000000000", output, StringComparison.Ordinal);
            Assert.Contains("CapPrm:\t0000000000000000", output, StringComparison.Ordinal);
        }
        finally
        {
            await container.EndAsync();
        }
    }

    [Fact]
    public async Task Create_WhenADeadlineIsToHoldOnSomeCpusOnly_ThenItIsRefusedWithTheReason()
    {
        using var container = new RealContainer(
            spec => spec with
            {
                Process = spec.Process! with
                {
                    Scheduler = new ProcessScheduler(SchedulerPolicy.Deadline)
                    {
                        Runtime = 42000, Deadline = 1000000, Period = 1000000,
                    },
                },
                Linux = spec.Linux with
                {
                    Resources =
                        (spec.Linux.Resources ?? new LinuxResources()) with { Cpu = new LinuxCpu { Cpus = "0" } },
                },
            },
            "true");
        var refused = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));

        Assert.Equal("EPERM", refused.Errno);
        Assert.Contains("SCHED_DEADLINE", refused.Message, StringComparison.Ordinal);
        Assert.Contains("without resources.cpu.cpus", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Host.Cgroups(container.Id));
    }

    private static JsonObject Deadline() => new()
    {
        ["policy"] = "SCHED_DEADLINE", ["flags"] = new JsonArray("SCHED_FLAG_RESET_ON_FORK"),
        ["runtime"] = 42000, ["deadline"] = 1000000, ["period"] = 1000000,
    };

    // man 5 proc_pid_stat: nice is the 19th field, rt_priority the 40th, policy the 41st; the 2nd may hold spaces.
    private static (int Policy, int Nice, int Priority) Read(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (int.Parse(fields[38]), int.Parse(fields[16]), int.Parse(fields[37]));
    }
}
