using System.Text.RegularExpressions;
using ShimService.Engine.Compile;
using ShimService.Engine.Containers;
using ShimService.Engine.Stdio;
using ShimService.Engine.Tests.Support;
using ShimService.Linux.Cgroups;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Systemd;

/// <summary>The same spec in a cgroup of the engine's making and in a scope: nothing but the path differs.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "linux.cgroupsPath")]
public sealed partial class SystemdTwinTests : IDisposable
{
    private const string Look =
        "grep -v -e Name -e ctxt /proc/self/status; hostname; id; while read -r a b c d e f g; do echo $e $f; done "
        + "< /proc/self/mountinfo; ulimit -a";

    private static readonly CgroupLayout Layout = CgroupLayout.Detect();
    private static readonly string[] Measures = ["usage", "stat", "peak", "pressure", "events", "current", "local"];

    private readonly string _directory = Directory.CreateTempSubdirectory("shimservice-bus-").FullName;
    private readonly string _slice = $"test{Guid.NewGuid():N}"[..16];

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
    public async Task Run_WhenTheSameSpecHasEitherDriver_ThenLimitsAndContainerAreTheSame()
    {
        var bus = Path.Join(_directory, "bus");
        using var systemd = new FakeSystemd(bus, Layout.Unified!.MountPoint);
        using var engine = LinuxEngine.Open(
            new PlanCompiler(), new StdioOptions(), new EngineOptions { SystemBusSockets = [bus] });
        var own = await RunAsync(RealContainer.Ordinary, "");
        var scope = await RunAsync(engine, $"{_slice}.slice:test:twin");

        // A controller that other containers of the parent need on cgroup2 has files here too.
        var both = own.Limits.Keys.Intersect(scope.Limits.Keys).Order(StringComparer.Ordinal).ToList();
        Assert.Contains(both, file => file.EndsWith("/pids.max", StringComparison.Ordinal) && own.Limits[file] == "50");
        Assert.True(both.Count > 20, string.Join(' ', both));
        Assert.Equal(both.Select(file => $"{file}={own.Limits[file]}"), both.Select(file => $"{file}={scope.Limits[file]}"));
        Assert.Equal(own.Inside, scope.Inside);
        Assert.Contains(systemd.Calls, call => call.StartsWith("StartTransientUnit(test-twin.scope", StringComparison.Ordinal));
    }

    private static async Task<(Dictionary<string, string> Limits, string Inside)> RunAsync(LinuxEngine engine, string cgroup)
    {
        using var container = new RealContainer(
            spec => spec with
            {
                Hostname = "twin",
                Linux = spec.Linux with
                {
                    CgroupsPath = cgroup.Length > 0 ? cgroup : spec.Linux.CgroupsPath,
                    Resources = (spec.Linux.Resources ?? new LinuxResources()) with
                    {
                        Pids = new LinuxPids(50),
                        Memory = new LinuxMemory { Limit = 64 << 20, Reservation = 32 << 20 },
                        Cpu = new LinuxCpu { Shares = 512, Quota = 55_500, Period = 100_000, Cpus = "0" },
                    },
                },
            },
            "sleep", "100")
        {
            Engine = engine,
        };
        await container.StartAsync();
        var limits = Limits(await File.ReadAllLinesAsync($"/proc/{container.Container.Init.Pid.Value}/cgroup"));
        var (_, output) = await container.ExecAsync(process => process["cwd"] = "/", "sh", "-c", Look);
        await container.EndAsync();
        return (limits, Changing().Replace(output.Replace(container.Id, "ID", StringComparison.Ordinal), "N"));
    }

    // Everything in the cgroups that is set and not measured.
    private static Dictionary<string, string> Limits(string[] cgroups) =>
        Layout.Hierarchies.Append(Layout.Unified!).Distinct().SelectMany(hierarchy =>
        {
            var path = cgroups.Select(line => line.Split(':', 3)).First(fields => hierarchy == Layout.Unified
                ? fields[0] == "0" : Path.GetFileName(hierarchy.MountPoint).Split(',')[0] == fields[1].Split(',')[0])[2];
            return Directory.GetFiles(hierarchy.MountPoint + path)
                .Where(file => !Measures.Any(word => Path.GetFileName(file).Contains(word, StringComparison.Ordinal)))
                .Where(file => (File.GetUnixFileMode(file) & UnixFileMode.UserWrite) != 0)
                .Where(file => Path.GetFileName(file) is not ("tasks" or "cgroup.procs" or "cgroup.threads"))
                .Select(file => (Name: $"{Path.GetFileName(hierarchy.MountPoint)}/{Path.GetFileName(file)}", File: file));
        }).ToDictionary(file => file.Name, file => Read(file.File));

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return "not to be read";
        }
    }

    // Pids, and how much memory the look took.
    [GeneratedRegex(@"(?m)(?<=^(?:\w*[Pp]id|Vm\w+|Rss\w+|NSpid|NStgid|NSpgid|NSsid|Ngid|SigQ|Mems\w+|Hugetlb\w+):\s*).*$")]
    private static partial Regex Changing();
}
