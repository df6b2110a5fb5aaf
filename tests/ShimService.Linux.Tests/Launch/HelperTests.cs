using System.Globalization;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;

namespace ShimService.Linux.Tests.Launch;

/// <summary>Plans that a helper hands over: what the process is born with, and who learns of it when.</summary>
public sealed class HelperTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Launcher _launcher = new();
    private readonly List<int> _helpers = [];
    private readonly List<LaunchedProcess> _known = [];

    [Fact]
    public void AdoptIf_WhenTheLaunchWasRefusedMeanwhile_ThenItsPagesAreNotLookedAt()
    {
        // It is never given a plan, so nothing of an environment is needed.
        var launch = new LaunchedProcess(new LaunchStart(), PlanRuns.InTwoProcesses, isLed: false, 0, null!);

        launch.Abandon();

        Assert.False(launch.AdoptIf(Environment.ProcessId));
    }

    [Fact]
    public async Task HandOver_WhenProcessHasJustBeenBorn_ThenItHasTheThreeStreamsAndItsOwnPagesOnly()
    {
        var launch = await StuckAsync(builder =>
        {
            builder.Descriptor("secret");
            builder.Call("become nobody", "test", SystemCall.Setresuid, 65534, 65534, 65534);
        }, Files.Open("/etc/passwd", OpenFlags.ReadOnly));
        var pid = launch.ChildPid;

        var descriptors = Directory.GetFileSystemEntries($"/proc/{pid}/fd")
            .Select(fd => $"{Path.GetFileName(fd)} {new FileInfo(fd).LinkTarget}").Order();
        var maps = (await File.ReadAllLinesAsync($"/proc/{pid}/maps"))
            .Where(line => !line.Contains("[vsyscall]", StringComparison.Ordinal)).ToArray();
        var status = await File.ReadAllTextAsync($"/proc/{pid}/status");

        Assert.Equal(["0 /dev/null", "1 /dev/null", "2 /dev/null"], descriptors);
        // Stub, plan, progress: no page of the launcher's thread, and not the one with the pid.
        Assert.True(maps.Length == 3, string.Join('\n', maps));
        Assert.Equal(4096 + 4096 + (16 << 20) + 4096, maps.Sum(Length));
        Assert.Contains("CapEff:\t0000000000000000\n", status, StringComparison.Ordinal);
        Assert.Contains("SigBlk:\t0000000000000000\n", status, StringComparison.Ordinal);
        Assert.Contains($"PPid:\t{Environment.ProcessId}\n", status, StringComparison.Ordinal);
        await EndAsync(launch);
    }

    [Fact]
    public async Task HandOver_WhenHelperJoinsNamespaces_ThenTheProcessIsBornInThemAndTheHelperNeverIs()
    {
        var init = await _launcher.LaunchAsync(Parked(), new LaunchOptions
        {
            Namespaces = NamespaceFlags.Pid | NamespaceFlags.Mount | NamespaceFlags.Uts | NamespaceFlags.Network,
        });
        await init.ReachAsync(0).WaitAsync(Limit);
        var launch =
            await StuckAsync(builder => builder.Call("join", "test", SystemCall.Setns, builder.Descriptor("init"),
            NamespaceFlags.Pid | NamespaceFlags.Mount | NamespaceFlags.Uts | NamespaceFlags.Network), init.PidFd);
        var pid = launch.ChildPid;

        foreach (var kind in (string[])["pid", "pid_for_children", "mnt", "uts", "net"])
        {
            Assert.Equal(Namespace(init.Pid, kind == "pid_for_children" ? "pid" : kind), Namespace(pid, kind));
        }

        Assert.Equal(Namespace(Environment.ProcessId, "pid"), Namespace(_helpers[0], "pid"));
        // A pool thread may end between the listing and the look.
        Assert.All(Directory.GetDirectories("/proc/self/task").Where(task => Directory.Exists(task + "/ns")),
            task => Assert.Contains(new FileInfo(task + "/ns/mnt").LinkTarget,
                new[] { Namespace(Environment.ProcessId, "mnt"), null }));
        await EndAsync(launch);
        init.Kill(9);
        Children.WaitAndCollect(init.PidFd);
    }

    [Fact]
    public async Task Kill_WhenTheProcessIsStoppedFromItsBirth_ThenHelperAndProcessEndAndTheStepIsNamed()
    {
        var launch = await StuckAsync();
        var pid = launch.ChildPid;
        using (var stopped = Stdio.OtherProcess.Open(pid))
        {
            PidFds.Signal(stopped, 19);
        }

        var executed = launch.ExecuteAsync();
        Assert.Equal("wait for ever", launch.Step);
        Assert.True(launch.Kill(9));

        var failure = await Assert.ThrowsAsync<LaunchException>(() => executed.WaitAsync(Limit));
        Assert.Equal(("wait for ever", Errno.None), (failure.Failure.Step, failure.Failure.Errno));
        Assert.Equal(pid, Assert.Single(_known).Pid);
        Assert.Equal(128 + 9, Children.WaitAndCollect(launch.PidFd)?.Status);
        Assert.Equal(128 + 9, Children.Collect(_helpers[0])?.Status);
    }

    [Fact]
    public async Task Launch_WhenAStepOfTheHelperFails_ThenItIsNamedAndThereIsNoProcess()
    {
        var launch = await LaunchAsync(builder => builder.Call("enter nothing", "test", SystemCall.Chdir, "/no/such"),
            "/bin/true");
        var failure = await Assert.ThrowsAsync<LaunchException>(() => launch.ExecuteAsync().WaitAsync(Limit));

        Assert.Equal(("enter nothing", Errno.ENOENT), (failure.Failure.Step, failure.Failure.Errno));
        Assert.Empty(_known);
        Assert.Equal(111, Children.Collect(_helpers[0])?.Status);
    }

    [Fact]
    public async Task Launch_WhenTheProgramIsMissing_ThenItIsNamedAndTheProcessIsKnown()
    {
        var launch = await LaunchAsync(null, "/no/such");
        var failure = await Assert.ThrowsAsync<LaunchException>(() => launch.ExecuteAsync().WaitAsync(Limit));

        Assert.Equal(("execve", Errno.ENOENT), (failure.Failure.Step, failure.Failure.Errno));
        Assert.Equal(111, Children.WaitAndCollect(Assert.Single(_known).PidFd)?.Status);
        Assert.Equal(0, Children.Collect(_helpers[0])?.Status);
    }

    [Fact]
    public async Task Launch_WhenProcessesDieAtOnce_ThenEachIsKnownBeforeItsExitIsCollected()
    {
        for (var i = 0; i < 200; i++)
        {
            var launch = await LaunchAsync(null, "/bin/false");
            // As a reaper that comes before the watcher does.
            while (launch.ChildPid == 0 && !launch.Over.IsCompleted)
            {
                await Task.Yield();
            }

            _ = launch.Over.IsCompleted || Launcher.Adopt(launch.ChildPid);
            await launch.ExecuteAsync().WaitAsync(Limit);
            Assert.Equal(i + 1, _known.Count);
            Assert.Equal(1, Children.WaitAndCollect(launch.PidFd)?.Status);
            Assert.Equal(0, Children.Collect(_helpers[i])?.Status);
            Assert.False(Launcher.Adopt(launch.Pid));
        }
    }

    [Fact]
    public async Task Launch_WhenALargerOneCameBefore_ThenNothingOfItIsInTheMemoryOfTheNext()
    {
        const string secret = "PASSWORD=correct horse battery staple";
        var large = new PlanBuilder();
        large.Execute(
            "execve", "test", ["/bin/true"], ["true"], [.. Enumerable.Range(0, 200).Select(i => $"{secret}{i}")]);
        var first = await _launcher.LaunchAsync(large.Build(), new LaunchOptions());
        await first.ExecuteAsync().WaitAsync(Limit);
        Children.WaitAndCollect(first.PidFd);

        var launch = await StuckAsync();
        var pid = launch.ChildPid;
        using var memory = new FileStream($"/proc/{pid}/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1);
        var found = 0;
        var read = 0L;
        foreach (var line in await File.ReadAllLinesAsync($"/proc/{pid}/maps"))
        {
            if (line.Contains("rw-p", StringComparison.Ordinal))
            {
                var bytes = new byte[Length(line)];
                memory.Position =
                    long.Parse(line[..line.IndexOf('-')], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                memory.ReadExactly(bytes);
                read += bytes.Length;
                found += bytes.AsSpan().IndexOf("PASSWORD"u8) >= 0 ? 1 : 0;
            }
        }

        Assert.True(read >= 65536);
        Assert.Equal(0, found);
        await EndAsync(launch);
    }

    [Fact]
    public void HandOver_WhenALaterStepWantsADescriptorOfTheHelper_ThenThePlanIsRefused()
    {
        var builder = new PlanBuilder();
        var descriptor = builder.Descriptor("file");
        builder.HandOver("clone", "test");

        Assert.Throws<ArgumentException>(() => builder.Call("use it", "test", SystemCall.Fchdir, descriptor));
        Assert.Throws<InvalidOperationException>(() => builder.Rendezvous("late"));
        Assert.Throws<InvalidOperationException>(() => builder.HandOver("again", "test"));
    }

    public void Dispose() => _launcher.Dispose();

    private static LaunchPlan Parked()
    {
        var builder = new PlanBuilder();
        builder.Gate("start");
        builder.Execute("execve", "test", ["/bin/true"], ["true"], []);
        return builder.Build();
    }

    private async Task<LaunchedProcess> LaunchAsync(
        Action<PlanBuilder>? helper, string program, Action<PlanBuilder>? process = null, FileDescriptor? descriptor = null)
    {
        var builder = new PlanBuilder();
        helper?.Invoke(builder);
        builder.HandOver("clone the process", "test");
        process?.Invoke(builder);
        builder.Execute("execve", "test", [program], [program], []);
        return await _launcher.LaunchAsync(builder.Build(), new LaunchOptions
        {
            Descriptors = descriptor is null ? [] : [descriptor],
            HelperCloned = _helpers.Add,
            Cloned = _known.Add,
        });
    }

    // The process is there, and waits in its first operation.
    private async Task<LaunchedProcess> StuckAsync(
        Action<PlanBuilder>? helper = null, FileDescriptor? descriptor = null)
    {
        var launch = await LaunchAsync(helper, "/bin/true",
            builder => builder.Call("wait for ever", "test", SystemCall.Ppoll), descriptor);
        var until = DateTime.UtcNow + Limit;
        while (launch.Step != "wait for ever")
        {
            Assert.True(!launch.Over.IsCompleted && DateTime.UtcNow < until, launch.Step);
            await Task.Yield();
        }

        return launch;
    }

    private async Task EndAsync(LaunchedProcess launch)
    {
        launch.Kill(9);
        await launch.Over.WaitAsync(Limit);
        Assert.Equal(128 + 9, Children.WaitAndCollect(launch.PidFd)?.Status);
        Assert.Equal(128 + 9, Children.Collect(_helpers[^1])?.Status);
    }

    private static string? Namespace(int pid, string kind) => new FileInfo($"/proc/{pid}/ns/{kind}").LinkTarget;

    private static long Length(string line)
    {
        var range = line[..line.IndexOf(' ')].Split('-');
        return Convert.ToInt64(range[1], 16) - long.Parse(
            range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
