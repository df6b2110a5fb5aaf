using ShimService.Engine.Compile;
using ShimService.Engine.Containers;
using ShimService.Engine.Resctrl;
using ShimService.Engine.Stdio;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Resctrl;

/// <summary>
/// linux.intelRdt: what is done, in tables, and on a tree that stands in for the resctrl file system.
/// </summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "linux.intelRdt")]
[Trait("Spec", "linux.intelRdt.closID")]
[Trait("Spec", "linux.intelRdt.l3CacheSchema")]
[Trait("Spec", "linux.intelRdt.memBwSchema")]
[Trait("Spec", "linux.intelRdt.schemata")]
[Trait("Spec", "linux.intelRdt.enableMonitoring")]
public sealed class ResctrlTests : IDisposable
{
    private const string Present = "    MB:0=100;1=  50\n    L3:0=00ff;1=0F0\n";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly string _root = Directory.CreateTempSubdirectory("shimservice-resctrl-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("", "", "c1 make remove []")]
    [InlineData("", "L3:0=ff", "c1 make remove [L3:0=ff]")]
    [InlineData("gold", "", "gold keep keep []")]
    [InlineData("gold", "L3:0=ff;1=f0", "gold keep keep []")]
    [InlineData("gold", "MB:1=50", "gold keep keep []")]
    [InlineData("new", "L3:0=ff\nMB:0=20", "new make keep [L3:0=ff MB:0=20]")]
    [InlineData("/", "", " keep keep []")]
    public void Make_WhenAClassIsAskedFor_ThenItIsMadeKeptAndRemovedAsSpecified(
        string closId, string schema, string expected)
    {
        var plan = ResctrlPlan.Make(
            new LinuxIntelRdt { ClosId = closId, Schemata = schema.Split('\n', StringSplitOptions.RemoveEmptyEntries) }, "c1",
            group => group is "gold" or "" ? Present : null);

        Assert.Equal(expected, $"{plan.Group} {(plan.Makes ? "make" : "keep")} {(plan.Removes ? "remove" : "keep")} "
            + $"[{string.Join(' ', plan.Lines)}]");
    }

    [Theory]
    [InlineData("new", "", "no class of service")]
    [InlineData("gold", "L3:0=f0", "has not \"L3:0=f0\"")]
    [InlineData("gold", "L2:0=f", "has not")]
    [InlineData("gold", "L3:2=ff", "has not")]
    [InlineData("taken", "", "")]
    public void Make_WhenTheClassIsNotAsAskedFor_ThenRefused(string closId, string schema, string told)
    {
        var taken = closId == "taken";
        var refused = Assert.Throws<TaskException>(() => ResctrlPlan.Make(
            new LinuxIntelRdt
            {
                ClosId = taken ? "" : closId, Schemata = schema.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            },
            "c1", group => group == "gold" || (taken && group == "c1") ? Present : null));

        Assert.Equal("linux.intelRdt.closID", refused.Field);
        Assert.Contains(told, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_WhenThereAreSeveralSchemas_ThenCacheBandwidthAndTheRestInThisOrder() => Assert.Equal(
        ["L3:0=1", "MB:0=2", "L2:0=3", "L3CODE:0=4"],
        ResctrlPlan.Make(
            new LinuxIntelRdt { Schemata = ["L2:0=3", "L3CODE:0=4"], MemBwSchema = "MB:0=2", L3CacheSchema = "L3:0=1" },
            "c1", _ => null).Lines);

    [Fact]
    public async Task Run_WhenTheHostHasIt_ThenInitAndExecJoinAndTheClassGoesWithTheContainer()
    {
        Kernel(_root, ResctrlStep.Made);
        List<string> seen = [];
        using var engine = Engine((directory, step) =>
        {
            seen.Add($"{step} {Path.GetRelativePath(_root, directory)}");
            if (step == ResctrlStep.Removing)
            {
                seen.Add($"tasks {File.ReadAllText(Path.Join(directory, "tasks"))}");
            }

            Kernel(directory, step);
        });
        using var container = new RealContainer(
            With(new LinuxIntelRdt { L3CacheSchema = "L3:0=f", EnableMonitoring = true }), "sleep", "100")
        {
            Engine = engine,
        };
        await container.StartAsync();
        var schemata = await File.ReadAllTextAsync(Path.Join(_root, container.Id, "schemata"));
        await File.WriteAllTextAsync(Path.Join(_root, container.Id, "tasks"), "");
        var (status, output) = await container.ExecAsync(_ => { }, "true");
        var joined = await File.ReadAllTextAsync(Path.Join(_root, container.Id, "tasks"));
        await container.EndAsync();

        Assert.Equal((0, ""), (status, output));
        Assert.Equal(("L3:0=f\n", "0"), (schemata, joined));
        Assert.Equal(
            [
                $"Made {container.Id}", $"Made {container.Id}/mon_groups/{container.Id}",
                $"Removing {container.Id}/mon_groups/{container.Id}", "tasks 0", $"Removing {container.Id}", "tasks 0",
            ],
            seen);
        Assert.False(Directory.Exists(Path.Join(_root, container.Id)));
    }

    [Fact]
    public async Task Start_WhenAHookRunsInTheContainer_ThenItIsInTheClassToo()
    {
        Kernel(_root, ResctrlStep.Made);
        using var engine = Engine(Kernel);
        using var container = new RealContainer(
            spec => With(new LinuxIntelRdt { L3CacheSchema = "L3:0=f" })(spec) with
            {
                Hooks = new HooksSpec { StartContainer = [new HookSpec("/bin/true", ["true"])] },
            },
            "sleep", "100")
        {
            Engine = engine,
        };
        await container.CreateAsync();
        var tasks = Path.Join(_root, container.Id, "tasks");
        await File.WriteAllTextAsync(tasks, "");
        await container.Container.StartAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        var joined = await File.ReadAllTextAsync(tasks);
        await container.EndAsync();

        Assert.Equal("0", joined);
    }

    [Fact]
    public async Task Create_WhenALaterStepFails_ThenTheClassIsGone()
    {
        Kernel(_root, ResctrlStep.Made);
        using var engine = Engine(Kernel);
        using var container = new RealContainer(With(new LinuxIntelRdt { EnableMonitoring = true }), "no-such-program")
        {
            Engine = engine,
        };
        await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));

        Assert.Empty(Directory.GetDirectories(_root));
    }

    [Fact]
    public async Task Create_WhenTheHostHasNone_ThenRefusedWithTheWayOut()
    {
        using var engine = Engine(null);
        using var container = new RealContainer(With(new LinuxIntelRdt { ClosId = "gold" }), "true") { Engine = engine };
        var refused = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));

        Assert.Equal((ErrorReason.HostLacks, "linux.intelRdt"), (refused.Reason, refused.Field));
        Assert.Contains("mount -t resctrl", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Host.Cgroups(container.Id));
    }

    // The files the kernel has in each directory; they go with it.
    internal static void Kernel(string directory, ResctrlStep step)
    {
        foreach (var name in (string[])["tasks", "schemata"])
        {
            var file = Path.Join(directory, name);
            if (step == ResctrlStep.Made)
            {
                File.WriteAllText(file, "");
            }
            else
            {
                File.Delete(file);
            }
        }

        if (step == ResctrlStep.Removing && Directory.Exists(Path.Join(directory, "mon_groups")))
        {
            Directory.Delete(Path.Join(directory, "mon_groups"));
        }
    }

    private static Func<Spec, Spec> With(LinuxIntelRdt rdt) =>
        spec => spec with { Linux = spec.Linux with { IntelRdt = rdt } };

    private LinuxEngine Engine(Action<string, ResctrlStep>? sees) => LinuxEngine.Open(
        new PlanCompiler(), new StdioOptions(), new EngineOptions { ResctrlRoot = _root, ResctrlSees = sees });
}
