using System.Text.Json.Nodes;
using ShimService.Engine.Compile;
using ShimService.Engine.Compile.Input;
using ShimService.Engine.Compile.Sections;
using ShimService.Engine.Tests.Compile;
using ShimService.Engine.Tests.Support;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Tests.Process;

/// <summary>process.execCPUAffinity. Needs two CPUs to tell one from all.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "process.execCPUAffinity")]
public sealed class CpuAffinityTests(SharedEngine shared)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly string[] Show = ["grep", "Cpus_allowed_list", "/proc/self/status"];

    private static string Own => File.ReadAllLines("/proc/self/status")
        .Single(line => line.StartsWith("Cpus_allowed_list", StringComparison.Ordinal));

    [TwoCpusFact]
    public async Task Exec_WhenCpusAreGiven_ThenTheyHoldFromTheCgroupOn()
    {
        using var container = new RealContainer(
            spec => spec with { Process = spec.Process! with { ExecCpuAffinity = new ExecCpuAffinity("", "0") } },
            "sh", "-c", string.Join(' ', Show) + "; sleep 100");
        await container.StartAsync();
        var containers = await container.ExecAsync(_ => { }, Show);
        var own = await container.ExecAsync(process => process["execCPUAffinity"] = Cpus("0", "1"), Show);
        var initial = await container.ExecAsync(process => process["execCPUAffinity"] = Cpus("1", ""), Show);
        var gone = await Assert.ThrowsAsync<TaskException>(() => container.ExecAsync(
            process => process["execCPUAffinity"] = Cpus("", "60000-60001"), Show));
        await RealContainer.UntilAsync(() => File.ReadAllText(container.Log).Length > 0);
        var init = await File.ReadAllTextAsync(container.Log);
        await container.EndAsync();

        Assert.Equal("Cpus_allowed_list:\t0\n", containers.Output);
        Assert.Equal("Cpus_allowed_list:\t1\n", own.Output);
        // Before Linux 6.2, entering a cgroup of a cpuset's forgets what was asked for (kernel/sched/core.c).
        if (OperatingSystem.IsLinux() && Environment.OSVersion.Version >= new Version(6, 2))
        {
            Assert.Equal("Cpus_allowed_list:\t1\n", initial.Output);
        }

        Assert.Equal(Own + "\n", init);
        Assert.Equal("EINVAL", gone.Errno);
        Assert.Contains("check execCPUAffinity", gone.Message, StringComparison.Ordinal);
    }

    [TwoCpusFact]
    public async Task Exec_WhenTheInitialCpusAreNotTheContainers_ThenOnlyWhatPreparesItRunsThere()
    {
        using var container = new RealContainer(
            spec => spec with
            {
                Linux = spec.Linux with
                {
                    Resources =
                        (spec.Linux.Resources ?? new LinuxResources()) with { Cpu = new LinuxCpu { Cpus = "1" } },
                },
            },
            "sleep", "100");
        await container.StartAsync();
        var (status, output) = await container.ExecAsync(process => process["execCPUAffinity"] = Cpus("0", "1"), Show);
        await container.EndAsync();

        Assert.Equal((0, "Cpus_allowed_list:\t1\n"), (status, output));
    }

    [TwoCpusFact]
    public async Task Create_WhenTheShimIsConfined_ThenTheContainerIsNot()
    {
        shared.Compiler.Instead = null;
        shared.Compiler.BeforeGate = plan =>
        {
            AffinitySection.Set(plan, "confine the process as if its shim were", "0");
            AffinitySection.Reset(plan);
        };
        using var bundle = new Bundle([.. Show]);
        bundle.Config["process"]!["args"]![0] = "/bin/grep";
        bundle.Write();
        try
        {
            var log = Path.Join(bundle.Path, "log");
            var container = await shared.Engine.CreateAsync(
                bundle.Request() with { Stdio = new StdioRequest("", "file://" + log, "", false) },
                new Observer(), CancellationToken.None).WaitAsync(Limit);
            await container.StartAsync(CancellationToken.None).WaitAsync(Limit);
            await container.Init.Exited.WaitAsync(Limit);
            await container.Init.Stdio.Drained.WaitAsync(Limit);
            await container.Init.Stdio.CloseAsync();
            await container.DeleteAsync().WaitAsync(Limit);

            Assert.Equal(Own + "\n", await File.ReadAllTextAsync(log));
        }
        finally
        {
            shared.Compiler.BeforeGate = null;
        }
    }

    [Fact]
    public void Compile_WhenTheShimIsConfined_ThenInitAndExecAreWidenedOnceTheyAreInTheCgroup()
    {
        var confined = Samples.Host with { ShimIsConfined = true };
        var init = ContainerCompiler.Compile(Samples.Plain with { Host = confined }).Plan;
        var exec = new ExecInput { Process = Samples.Plain.Spec.Process!, Host = confined, TasksFiles = ["memory"] };

        AssertAfterCgroup(init);
        AssertAfterCgroup(ExecCompiler.Compile(exec).Plan);
        Assert.DoesNotContain(
            ExecCompiler.Compile(exec with
            {
                Process = exec.Process with { ExecCpuAffinity = new ExecCpuAffinity("0", "") },
            }).Plan.Operations,
            operation => operation.Step.StartsWith("may run", StringComparison.Ordinal));
    }

    private static void AssertAfterCgroup(LaunchPlan plan)
    {
        var steps = plan.Operations.Select(operation => operation.Step).ToList();
        var joined = steps.FindLastIndex(step => step.StartsWith("join cgroup", StringComparison.Ordinal));
        var reset = steps.IndexOf("may run on every CPU of the cpuset");
        Assert.True(joined >= 0 && reset > joined, plan.ToString());
    }

    private static JsonObject Cpus(string initial, string final) => new() { ["initial"] = initial, ["final"] = final };
}
