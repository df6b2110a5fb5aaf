using System.Globalization;
using System.Text;
using ShimService.Engine.Tests.Specs;
using ShimService.Engine.Tests.Support;
using ShimService.Linux.Cgroups;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Tests.Resources;

/// <summary>Limits of a container that runs, changed one after another, in the kernel's files. Needs root.</summary>
[Collection(EngineCollection.Name)]
public sealed class ContainerUpdateTests : IDisposable
{
    private static readonly CgroupLayout Layout = CgroupLayout.Detect();
    private static readonly bool Unified = Layout.Mode == CgroupMode.Unified;
    private readonly SpecScene _scene = new();
    private string _path = "";

    [Fact]
    [Trait("Spec", "linux.resources.memory.limit")]
    [Trait("Spec", "linux.resources.memory.reservation")]
    [Trait("Spec", "linux.resources.memory.swap")]
    [Trait("Spec", "linux.resources.pids.limit")]
    public async Task Update_WhenMemoryAndPidsChange_ThenEachAloneAndAllAtOnce()
    {
        var container = await StartAsync(new LinuxResources
        {
            Memory = new LinuxMemory { Limit = 32 << 20, Reservation = 24 << 20 }, Pids = new LinuxPids(20),
        });
        Assert.Equal((32L << 20, 24L << 20, "20"), (Memory("limit"), Memory("reservation"), Read("pids", "pids.max")));

        await UpdateAsync(container, """{"memory":{"limit":67108864}}""");
        Assert.Equal((64L << 20, 24L << 20), (Memory("limit"), Memory("reservation")));
        await UpdateAsync(container, """{"memory":{"reservation":33554432}}""");
        Assert.Equal((64L << 20, 32L << 20), (Memory("limit"), Memory("reservation")));
        await UpdateAsync(container, """{"memory":{"limit":52428800,"swap":96468992}}""");
        Assert.Equal((50L << 20, 92L << 20), (Memory("limit"), Memory("both")));

        // Both below the old ones, then the memory above the old sum.
        await UpdateAsync(container, """{"memory":{"limit":31457280,"swap":52428800}}""");
        Assert.Equal((30L << 20, 50L << 20), (Memory("limit"), Memory("both")));
        await UpdateAsync(container, """{"memory":{"limit":62914560,"swap":83886080}}""");
        Assert.Equal((60L << 20, 80L << 20), (Memory("limit"), Memory("both")));
        await UpdateAsync(container, """{"memory":{"limit":-1}}""");
        Assert.True(Memory("limit") > 1L << 50);
        Assert.True(Memory("both") > 1L << 50);

        await UpdateAsync(container, """{"pids":{"limit":10}}""");
        Assert.Equal("10", Read("pids", "pids.max"));
        await UpdateAsync(container, """{"pids":{"limit":0}}""");
        Assert.True(Read("pids", "pids.max") is "0" or "1", Read("pids", "pids.max"));
        await UpdateAsync(container, """{"pids":{"limit":-1}}""");
        Assert.Equal("max", Read("pids", "pids.max"));
        await UpdateAsync(
            container, """{"memory":{"limit":33554432,"reservation":25165824},"cpu":{"shares":100},"pids":{"limit":20}}""");
        Assert.Equal((32L << 20, 24L << 20, "20"), (Memory("limit"), Memory("reservation"), Read("pids", "pids.max")));
        await _scene.EndAsync(container);
    }

    [Fact]
    [Trait("Spec", "linux.resources.cpu.quota")]
    [Trait("Spec", "linux.resources.cpu.period")]
    [Trait("Spec", "linux.resources.cpu.shares")]
    [Trait("Spec", "linux.resources.cpu.burst")]
    public async Task Update_WhenTheBandwidthChanges_ThenTheOtherHalfStays()
    {
        var container = await StartAsync(new LinuxResources
        {
            Cpu = new LinuxCpu { Shares = 100, Quota = 500000, Period = 1000000 },
        });
        Assert.Equal(("500000 1000000", "0"), (Bandwidth(), Burst()));
        foreach (var (cpu, expected) in ((string, string)[])
        [
            ("\"period\":900000", "500000 900000"), ("\"quota\":600000", "600000 900000"),
            ("\"quota\":-1", "max 900000"), ("\"period\":100000", "max 100000"), ("\"quota\":30000", "30000 100000"),
            ("\"quota\":3000,\"period\":10000", "3000 10000"), ("\"quota\":500000,\"period\":1000000", "500000 1000000"),
        ])
        {
            await UpdateAsync(container, $$$"""{"cpu":{{{{cpu}}}}}""");
            Assert.Equal(expected, Bandwidth());
        }

        await UpdateAsync(container, """{"cpu":{"shares":200}}""");
        Assert.Equal(Unified ? "29" : "200", Read("cpu", Unified ? "cpu.weight" : "cpu.shares").Replace("28", "29"));
        await UpdateAsync(container, """{"cpu":{"period":900000,"burst":500000}}""");
        Assert.Equal(("500000 900000", "500000"), (Bandwidth(), Burst()));
        await UpdateAsync(container, """{"cpu":{"period":900000,"burst":0}}""");
        Assert.Equal("0", Burst());
        await _scene.EndAsync(container);
    }

    [Theory]
    [InlineData(null, 1000000, "max 1000000")]
    [InlineData(5000, null, "5000 100000")]
    [InlineData(null, 100, null)]
    [InlineData(10, null, null)]
    [Trait("Spec", "linux.resources.cpu.quota")]
    [Trait("Spec", "linux.resources.cpu.period")]
    public async Task Create_WhenHalfTheBandwidthIsGiven_ThenTheKernelsDefaultForTheRest(
        int? quota, int? period, string? expected)
    {
        LinuxResources resources = new() { Cpu = new LinuxCpu { Quota = quota, Period = (ulong?)period } };
        if (expected is null)
        {
            var refused = await Assert.ThrowsAsync<TaskException>(() => StartAsync(resources));
            Assert.Equal((ErrorKind.InvalidArgument, "EINVAL"), (refused.Kind, refused.Errno));
            Assert.Empty(Host.Cgroups(_scene.Id));
        }
        else
        {
            var container = await StartAsync(resources);
            Assert.Equal(expected, Bandwidth());
            await _scene.EndAsync(container);
        }
    }

    [Fact]
    [Trait("Spec", "linux.resources.cpu.quota")]
    public async Task Update_WhenThePodAboveIsLimited_ThenNoMoreThanItsShareIsTaken()
    {
        var pod = $"/pod-{Guid.NewGuid():N}";
        var hierarchy = Layout.Find(CgroupControllers.Cpu)!;
        var container = await StartAsync(new LinuxResources(), $"{pod}/one");
        await File.WriteAllTextAsync(
            $"{hierarchy.MountPoint}{pod}/{(Unified ? "cpu.max" : "cpu.cfs_quota_us")}", Unified ? "50000 100000" : "50000");
        try
        {
            if (!Unified)
            {
                // On v2 the kernel takes it, and the pod's limit holds all the same.
                var refused = await Assert.ThrowsAsync<TaskException>(
                    () => UpdateAsync(container, """{"cpu":{"quota":60000}}"""));
                Assert.Equal("linux.resources.cpu.quota", refused.Field);
            }

            await UpdateAsync(container, """{"cpu":{"quota":3000,"period":10000}}""");
            Assert.Equal("3000 10000", Bandwidth());
        }
        finally
        {
            await _scene.EndAsync(container);
            foreach (var path in Layout.Hierarchies.Select(one => one.MountPoint + pod).Where(Directory.Exists))
            {
                Directory.Delete(path);
            }
        }
    }

    [Fact]
    [Trait("Spec", "linux.resources.cpu.idle")]
    public async Task Update_WhenIdleComesAndGoes_ThenOnlyNoughtAndOneAreTaken()
    {
        var container = await StartAsync(new LinuxResources { Cpu = new LinuxCpu { Shares = 100 } });
        Assert.Equal("0", Read("cpu", "cpu.idle"));
        foreach (var value in (string[])["1", "0", "1"])
        {
            await UpdateAsync(container, $$$"""{"cpu":{"idle":{{{value}}}}}""");
            Assert.Equal(value, Read("cpu", "cpu.idle"));
        }

        foreach (var value in (string[])["-1", "2"])
        {
            await Assert.ThrowsAsync<TaskException>(() => UpdateAsync(container, $$$"""{"cpu":{"idle":{{{value}}}}}"""));
            Assert.Equal("1", Read("cpu", "cpu.idle"));
        }

        await UpdateAsync(container, """{"cpu":{"period":10000}}""");
        Assert.Equal("1", Read("cpu", "cpu.idle"));
        await _scene.EndAsync(container);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Spec", "linux.resources.cpu.cpus")]
    [Trait("Spec", "linux.resources.unified")]
    public async Task Update_WhenTheCpusAreOthers_ThenTheProcessIsThere(bool byFile)
    {
        if (Environment.ProcessorCount < 2 || (byFile && !Unified))
        {
            // What v1 says to files of v2 is a test of its own.
            return;
        }

        var container = await StartAsync(byFile
            ? new LinuxResources { Unified = new Dictionary<string, string> { ["cpuset.cpus"] = "0" } }
            : new LinuxResources { Cpu = new LinuxCpu { Cpus = "0", Mems = "0" } });
        var before = Cpus(container);
        await UpdateAsync(container, byFile
            ? """{"unified":{"cpuset.cpus":"0-1"}}""" : """{"cpu":{"cpus":"1"}}""");
        var after = Cpus(container);
        if (byFile)
        {
            await UpdateAsync(container, """{"unified":{"cpu.max":"max 100000","cpu.weight":"16","pids.max":"10"}}""");
            Assert.Equal(("max 100000", "16", "10"),
                (Bandwidth(), Read("cpu", "cpu.weight"), Read("pids", "pids.max")));
        }

        await _scene.EndAsync(container);
        Assert.Equal(("0", byFile ? "0-1" : "1"), (before, after));
    }

    [Fact]
    [Trait("Spec", "linux.resources.memory.checkBeforeUpdate")]
    public async Task Update_WhenTheNewMemoryIsBelowWhatIsUsed_ThenRefusedAndItRunsOn()
    {
        var container = await StartAsync(new LinuxResources { Memory = new LinuxMemory { Limit = 64 << 20 } },
            script: "x=$(head -c 8000000 /dev/zero | cut -c1); a=0123456789abcdef; "
                + "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do a=$a$a; done; echo full; sleep 100");
        await RealContainer.UntilAsync(() => File.ReadAllText(_scene.Output).Contains("full", StringComparison.Ordinal));
        foreach (var swap in (string[])["", ",\"swap\":8192"])
        {
            var refused = await Assert.ThrowsAsync<TaskException>(() => UpdateAsync(
                container, $$$"""{"memory":{"limit":4096{{{swap}}},"checkBeforeUpdate":true}}"""));
            Assert.Contains("memory", refused.Field, StringComparison.Ordinal);
        }

        Assert.Equal(64L << 20, Memory("limit"));
        Assert.False(container.Init.Exited.IsCompleted);
        await _scene.EndAsync(container);
    }

    [Fact]
    public async Task Update_WhenTheContainerIsPaused_ThenItStaysSo()
    {
        var container = await StartAsync(new LinuxResources(), script: "while :; do echo x; done");
        await container.PauseAsync(CancellationToken.None).WaitAsync(SpecScene.Limit);
        await UpdateAsync(container, """{"pids":{"limit":30},"memory":{"limit":67108864}}""");
        var stat = await File.ReadAllTextAsync($"/proc/{container.Init.Pid.Value}/stat");
        await UpdateAsync(container, """{"pids":{"limit":31}}""");

        // Not one tick of user or system time more: fields 14 and 15 of man 5 proc_pid_stat.
        Assert.Equal(Ticks(stat), Ticks(await File.ReadAllTextAsync($"/proc/{container.Init.Pid.Value}/stat")));
        Assert.Equal("31", Read("pids", "pids.max"));
        await container.ResumeAsync(CancellationToken.None).WaitAsync(SpecScene.Limit);
        await _scene.EndAsync(container);
    }

    [Fact]
    [Trait("Spec", "linux.resources.blockIO.weight")]
    public async Task Run_WhenTheWeightOfIoIsGiven_ThenTheFileTheHostHasIsWritten()
    {
        var hierarchy = Layout.Find(CgroupControllers.BlockIo)!;
        IContainer container;
        try
        {
            container = await StartAsync(new LinuxResources { BlockIo = new LinuxBlockIo { Weight = 750 } });
        }
        catch (TaskException refused)
        {
            // Neither BFQ nor CFQ is there to weigh anything.
            Assert.Equal("linux.resources.blockIO.weight", refused.Field);
            Assert.DoesNotContain(
                Directory.GetFiles(hierarchy.MountPoint), file => file.EndsWith("weight", StringComparison.Ordinal));
            return;
        }

        var file = Directory.GetFiles(hierarchy.MountPoint + _path)
            .First(name => Path.GetFileName(name) is "io.bfq.weight" or "io.weight" or "blkio.bfq.weight" or "blkio.weight");
        var value = (await File.ReadAllTextAsync(file)).Split('\n')[0];
        await _scene.EndAsync(container);

        Assert.Equal(Path.GetFileName(file) == "io.weight" ? "7475" : "750", value.Replace("default ", ""));
    }

    public void Dispose() => _scene.Dispose();

    private async Task<IContainer> StartAsync(LinuxResources resources, string? path = null, string script = "sleep 100")
    {
        _path = path ?? $"/shimservice/{_scene.Id}";
        return await _scene.StartAsync(script, spec => spec.WithLinux(linux => linux with
        {
            CgroupsPath = path ?? linux.CgroupsPath,
            Resources = resources with { Devices = linux.Resources?.Devices ?? [] },
        }));
    }

    private static Task UpdateAsync(IContainer container, string resources) =>
        container.UpdateAsync(Encoding.UTF8.GetBytes(resources), CancellationToken.None).WaitAsync(SpecScene.Limit);

    private string Read(string controller, string file)
    {
        var hierarchy = Layout.Find(controller switch
        {
            "cpu" => CgroupControllers.Cpu,
            "pids" => CgroupControllers.Pids,
            _ => CgroupControllers.Memory,
        })!;
        return File.ReadAllText($"{hierarchy.MountPoint}{_path}/{file}").TrimEnd('\n');
    }

    // In bytes; "both" is memory and swap together, whichever way the host counts them.
    private long Memory(string kind)
    {
        var text = kind switch
        {
            "limit" => Read("memory", Unified ? "memory.max" : "memory.limit_in_bytes"),
            "reservation" => Read("memory", Unified ? "memory.low" : "memory.soft_limit_in_bytes"),
            _ => Read("memory", Unified ? "memory.swap.max" : "memory.memsw.limit_in_bytes"),
        };
        return text == "max" ? long.MaxValue
            : long.Parse(text, CultureInfo.InvariantCulture) + (kind == "both" && Unified ? Memory("limit") : 0);
    }

    private string Bandwidth() => Unified
        ? Read("cpu", "cpu.max")
        : $"{Read("cpu", "cpu.cfs_quota_us").Replace("-1", "max")} {Read("cpu", "cpu.cfs_period_us")}";

    private string Burst() => Read("cpu", Unified ? "cpu.max.burst" : "cpu.cfs_burst_us");

    private static string Cpus(IContainer container) => File.ReadLines($"/proc/{container.Init.Pid.Value}/status")
        .Single(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split('\t')[1];

    private static string[] Ticks(string stat) => stat[stat.LastIndexOf(')')..].Split(' ')[12..14];
}
