using ShimService.Engine.Compile;
using ShimService.Engine.Containers;
using ShimService.Engine.Stdio;
using ShimService.Engine.Tests.Resctrl;
using ShimService.Engine.Tests.Support;
using ShimService.Engine.Tests.Systemd;
using ShimService.Engine.Resctrl;
using ShimService.Linux.Cgroups;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Failpoints;

/// <summary>
/// A launch in a scope of systemd's and a class of service, that fails at each of its parts in turn: neither the unit nor
/// the class is left, nor what others leave.
/// </summary>
[Collection(EngineCollection.Name)]
public sealed class ScopeFailpointTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly CgroupLayout Layout = CgroupLayout.Detect();

    private readonly string _directory = Directory.CreateTempSubdirectory("shimservice-scope-").FullName;
    private readonly string _slice = $"test{Guid.NewGuid():N}"[..16];
    private readonly FailpointCompiler _compiler = new(new PlanCompiler());
    private readonly FailingClock _clock = new();
    private readonly List<string> _warnings = [];

    private string Classes => Path.Join(_directory, "resctrl");

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        var slice = $"{Layout.Unified?.MountPoint}/{_slice}.slice";
        if (Directory.Exists(slice))
        {
            Directory.Delete(slice);
        }
    }

    [CgroupTwoFact]
    public async Task Create_WhenAnyPartFails_ThenUnitAndClassAreGone()
    {
        Directory.CreateDirectory(Classes);
        ResctrlTests.Kernel(Classes, ResctrlStep.Made);
        var bus = Path.Join(_directory, "bus");
        using var systemd = new FakeSystemd(bus, Layout.Unified!.MountPoint);
        using var engine = LinuxEngine.Open(_compiler, new StdioOptions(), new EngineOptions
        {
            Time = _clock, OnWarning = _warnings.Add, SystemBusSockets = [bus],
            ResctrlRoot = Classes, ResctrlSees = ResctrlTests.Kernel,
        });

        // What is made once is there after a run in which nothing fails.
        var failure = await CreateAsync(engine);
        Assert.Null(failure);
        var before = Leftovers.Now();
        var looks = 0;
        for (var look = 2; ; look++, looks++)
        {
            _clock.FailAt(look);
            if (await CreateAsync(engine) is null)
            {
                break;
            }

            AssertNothingIsLeft($"look {look}", before);
        }

        _clock.FailAt(int.MaxValue);
        var operations = _compiler.Last.Operations.Select((operation, at) => (operation.Step, At: at))
            .Where(one => one.Step.StartsWith("join", StringComparison.Ordinal) || one.At == 0).ToList();
        foreach (var (step, at) in operations)
        {
            _compiler.Init = at;
            Assert.Equal(step, Assert.IsType<TaskException>(await CreateAsync(engine)).Step);
            AssertNothingIsLeft(step, before);
        }

        Assert.True(looks >= 5, $"only {looks} parts failed");
        Assert.Contains(operations, one => one.Step.Contains("resctrl", StringComparison.Ordinal));
        Assert.Empty(_warnings);
        int Count(string call) => systemd.Calls.Count(one => one.StartsWith(call, StringComparison.Ordinal));
        Assert.InRange(Count("StartTransientUnit("), 2, Count("StopUnit("));
    }

    private void AssertNothingIsLeft(string part, Leftovers before)
    {
        Assert.True(Directory.GetDirectories(Classes).Length == 0, $"{part}: the class was left");
        Assert.DoesNotContain(Layout.Hierarchies,
            hierarchy => Directory.Exists($"{hierarchy.MountPoint}/{_slice}.slice/test-c1.scope"));
        before.AssertNothingIsLeft(part, "test-c1.scope");
    }

    private async Task<Exception?> CreateAsync(LinuxEngine engine)
    {
        using var container = new RealContainer(
            spec => spec with
            {
                Linux = spec.Linux with
                {
                    CgroupsPath = $"{_slice}.slice:test:c1", IntelRdt = new LinuxIntelRdt { EnableMonitoring = true },
                },
            },
            "true")
        {
            Engine = engine,
        };
        var failure = await Record.ExceptionAsync(() => container.CreateAsync().WaitAsync(Limit));
        if (failure is null)
        {
            _clock.FailAt(int.MaxValue);
            await container.EndAsync();
        }

        return failure;
    }
}
