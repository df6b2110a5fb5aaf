using System.Text.Json.Nodes;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Process;

/// <summary>What a process sees of process.*, and what an exec sees of its own. Needs root.</summary>
[Collection(EngineCollection.Name)]
public sealed class ProcessSpecTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    [Trait("Spec", "process.env"), Trait("Spec", "process.args")]
    public async Task Run_WhenArgsAndEnvAreGiven_ThenTheseExactly()
    {
        const string script = "for f in cmdline environ; do cat /proc/$$/$f | busybox tr '\\0' '|'; echo; done";
        var lines = await RunAsync(
            process => process with
            {
                Env = ["PATH=/bin", "A=1", "EMPTY=", "TWO=a b", "A=last", "LINES=x\\ny", "HOME=/tmp"],
            },
            "sh", "-c", script, "", "b c", "$d");

        Assert.Equal($"sh|-c|{script}||b c|$d|", lines[0]);
        Assert.Equal(
            ["A=last", "EMPTY=", "HOME=/tmp", "LINES=x\\ny", "PATH=/bin", "TWO=a b"],
            lines[1].Split('|', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(0, "HOME=", "/root")]
    [InlineData(0, "A=1", "/root")]
    [InlineData(101010, "A=1", "/")]
    [InlineData(101010, "HOME=/given", "/given")]
    [Trait("Spec", "process.env")]
    public async Task Run_WhenHomeIsNotGiven_ThenItIsTheUsersInTheContainer(uint uid, string variable, string home)
    {
        var lines = await RunAsync(
            process => process with { Env = ["PATH=/bin", variable], User = new UserSpec { Uid = uid, Gid = uid } },
            "sh", "-c", "cat /proc/self/environ | busybox tr '\\0' '\\n' | grep HOME");

        Assert.Equal([$"HOME={home}"], lines);
    }

    [Fact]
    [Trait("Spec", "process.user")]
    public async Task Run_WhenGroupsAreListedTwice_ThenTheProcessIsInEachOnce()
    {
        var lines = await RunAsync(
            process => process with { User = new UserSpec { Uid = 1, Gid = 2, AdditionalGids = [5, 6, 5, 2, 77777] } },
            "grep", "-E", "^(Uid|Gid|Groups):", "/proc/self/status");

        Assert.Equal(["Uid:\t1\t1\t1\t1", "Gid:\t2\t2\t2\t2"], lines[..2]);
        Assert.Equal(["2", "5", "6", "77777"], lines[2]["Groups:".Length..].Trim().Split(' ').Distinct());
    }

    [Theory]
    [InlineData(null, "0022")]
    [InlineData(0u, "0000")]
    [InlineData(63u, "0077")]
    [Trait("Spec", "process.user")]
    public async Task Run_WhenAUmaskIsGivenOrNot_ThenItOrTheUsualOne(uint? umask, string expected)
    {
        var lines = await RunAsync(
            process => process with { User = new UserSpec { Umask = umask } }, "sh", "-c", "umask");

        Assert.Equal([expected], lines);
    }

    [Fact]
    [Trait("Spec", "process.rlimits")]
    public async Task Run_WhenLimitsAreGiven_ThenInitHasTheseAndAnExecItsOwn()
    {
        using var container = new RealContainer(
            Change(process => process with
            {
                Rlimits =
                [
                    new PosixRlimit(RlimitKind.OpenFiles, 100, 200), new PosixRlimit(RlimitKind.Core, 0, 4096),
                    new PosixRlimit(RlimitKind.Stack, 1 << 20, 2 << 20),
                    new PosixRlimit(RlimitKind.LockedMemory, 4096, 8192),
                    new PosixRlimit(RlimitKind.Processes, 1000, 2000),
                    new PosixRlimit(RlimitKind.Cpu, 1000, ulong.MaxValue),
                ],
            }),
            "sleep", "100");
        await container.StartAsync();
        try
        {
            var limits = Limits(await File.ReadAllTextAsync($"/proc/{container.Container.Init.Pid}/limits"));
            Assert.Equal("100 200", limits["Max open files"]);
            Assert.Equal("0 4096", limits["Max core file size"]);
            Assert.Equal("1048576 2097152", limits["Max stack size"]);
            Assert.Equal("4096 8192", limits["Max locked memory"]);
            Assert.Equal("1000 2000", limits["Max processes"]);
            Assert.Equal("1000 unlimited", limits["Max cpu time"]);

            var (_, exec) = await container.ExecAsync(
                process => process["rlimits"] = new JsonArray(
                    new JsonObject { ["type"] = "RLIMIT_NOFILE", ["soft"] = 50, ["hard"] = 60 }),
                "cat", "/proc/self/limits");
            Assert.Equal("50 60", Limits(exec)["Max open files"]);
        }
        finally
        {
            await container.EndAsync();
        }
    }

    [Fact]
    [Trait("Spec", "process.oomScoreAdj")]
    public async Task Run_WhenAScoreIsGiven_ThenInitAndExecHaveTheirs()
    {
        using var container = new RealContainer(Change(process => process with { OomScoreAdj = 500 }), "sleep", "100");
        await container.StartAsync();
        try
        {
            Assert.Equal("500\n", await File.ReadAllTextAsync($"/proc/{container.Container.Init.Pid}/oom_score_adj"));
            var (_, exec) = await container.ExecAsync(
                process => process["oomScoreAdj"] = 600, "cat", "/proc/self/oom_score_adj");
            Assert.Equal("600\n", exec);
        }
        finally
        {
            await container.EndAsync();
        }
    }

    [Theory]
    [InlineData(PersonalityDomain.Linux, "00000000")]
    [InlineData(PersonalityDomain.Linux32, "00000008")]
    [Trait("Spec", "linux.personality")]
    public async Task Run_WhenAPersonalityIsGiven_ThenTheProcessHasIt(PersonalityDomain domain, string expected)
    {
        using var container = new RealContainer(
            spec => spec with { Linux = spec.Linux with { Personality = domain } }, "cat", "/proc/self/personality");

        Assert.Equal($"{expected}\n", (await container.RunAsync().WaitAsync(Limit)).Output);
    }

    [Theory]
    [InlineData(IoPriorityClass.Realtime, 3, "realtime: prio 3")]
    [InlineData(IoPriorityClass.BestEffort, 5, "best-effort: prio 5")]
    [InlineData(IoPriorityClass.Idle, 0, "idle")]
    [Trait("Spec", "process.ioPriority")]
    public async Task Run_WhenAnIoPriorityIsGiven_ThenTheProcessHasIt(
        IoPriorityClass kind, int priority, string expected)
    {
        var lines = await RunAsync(
            process => process with { IoPriority = new IoPriority(kind, priority) }, "/bin/busybox", "ionice");

        Assert.Equal([expected], lines);
    }

    [Fact]
    [Trait("Spec", "process.cwd")]
    public async Task Run_WhenOnlyTheUserMayEnterTheDirectory_ThenItIsThereAllTheSame()
    {
        using var scene = new Specs.SpecScene();
        var directory = Directory.CreateDirectory(Path.Join(scene.Rootfs, "home/own")).FullName;
        Specs.HostFiles.Chown(directory, 1000, 1000);
        File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var lines = await scene.RunAsync("pwd", spec => spec with
        {
            Process = spec.Process! with
            {
                Cwd = "/home/own",
                User = new UserSpec { Uid = 1000, Gid = 1000 },
                Capabilities = new LinuxCapabilities(),
            },
        });

        Assert.Equal(["/home/own"], lines);
    }

    [Fact]
    [Trait("Spec", "process.cwd")]
    public async Task Run_WhenOnlyTheShimMayEnterTheDirectory_ThenItIsThereAllTheSame()
    {
        using var scene = new Specs.SpecScene();
        var directory = Directory.CreateDirectory(Path.Join(scene.Rootfs, "home/closed")).FullName;
        File.SetUnixFileMode(directory, UnixFileMode.None);
        var lines = await scene.RunAsync("readlink /proc/self/cwd; ls . 2>/dev/null || echo closed", spec => spec with
        {
            Process = spec.Process! with
            {
                Cwd = "/home/closed",
                User = new UserSpec { Uid = 1000, Gid = 1000 },
                Capabilities = new LinuxCapabilities(),
            },
        });

        Assert.Equal(["/home/closed", "closed"], lines);
    }

    private static Func<Spec, Spec> Change(Func<ProcessSpec, ProcessSpec> change) =>
        spec => spec with { Process = change(spec.Process!) };

    private static async Task<string[]> RunAsync(Func<ProcessSpec, ProcessSpec> change, params string[] args)
    {
        using var container = new RealContainer(Change(change), args);
        var (_, output) = await container.RunAsync().WaitAsync(Limit);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    // man 5 proc_pid_limits: a name of 26 characters, then soft, hard and unit.
    private static Dictionary<string, string> Limits(string table) => table
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
        .ToDictionary(line => line[..26].TrimEnd(),
            line => string.Join(' ', line[26..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..2]));
}
