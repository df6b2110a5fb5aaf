using System.Net.Sockets;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Linux.Tests.Support;

namespace ShimService.Linux.Tests.Launch;

/// <summary>What launching has to get right and gets wrong silently otherwise; each found by experiment.</summary>
public sealed class LaunchRuleTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Launcher _launcher = new();

    [Fact]
    public async Task ParkedChildDiesWithItsLauncherThread_AlsoAfterAChangeOfCredentials()
    {
        var launcher = new Launcher();
        var builder = new PlanBuilder();
        builder.Call("become nobody", "test", SystemCall.Setresuid, 65534, 65534, 65534);
        builder.Gate("start");
        builder.Execute("execve", "test", ["/bin/sleep"], ["sleep", "100"], []);
        var process = await launcher.LaunchAsync(builder.Build(), new LaunchOptions());
        await process.ReachAsync(0).WaitAsync(Limit);

        launcher.Dispose();

        Assert.Equal(128 + 9, Children.WaitAndCollect(process.PidFd)?.Status);
    }

    [Fact]
    public async Task StartedChildOutlivesItsLauncherThread()
    {
        var launcher = new Launcher();
        var process = await ParkAsync(launcher, "/bin/sleep", "100");
        var executed = process.ExecuteAsync();
        process.Proceed();
        await executed.WaitAsync(Limit);

        launcher.Dispose();

        Assert.Null(Children.Collect(process.Pid));
        Assert.True(process.Kill(15));
        Assert.Equal(128 + 15, Children.WaitAndCollect(process.PidFd)?.Status);
    }

    [Fact]
    public async Task EndOfFileNeverOpensAGate()
    {
        var process = await ParkAsync(_launcher, "/bin/true");
        process.Sync.Dispose();

        Assert.Equal(111, Children.WaitAndCollect(process.PidFd)?.Status);
    }

    [Fact]
    public async Task FiftyParkedChildrenHoldNobodyElsesDescriptors()
    {
        // Abstract: the name is there as long as somebody holds the socket.
        var address = new UnixDomainSocketEndPoint($"\0shimservice-{Guid.NewGuid():N}");
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(address);
        listener.Listen();
        var pipe = Stdio.Descriptors.CreatePipe();
        var parked = new List<LaunchedProcess>();
        for (var i = 0; i < 50; i++)
        {
            parked.Add(await ParkAsync(_launcher, "/bin/true"));
        }

        var builder = new PlanBuilder();
        builder.Execute("execve", "test", ["/bin/echo"], ["echo", "hi"], []);
        var writer = await _launcher.LaunchAsync(builder.Build(), new LaunchOptions { Stdout = pipe.Write });
        await writer.ExecuteAsync().WaitAsync(Limit);
        pipe.Write.Dispose();
        listener.Dispose();

        var buffer = new byte[16];
        Assert.Equal(3, await Task.Run(() => Files.Read(pipe.Read, buffer)).WaitAsync(Limit));
        Assert.Equal(0, await Task.Run(() => Files.Read(pipe.Read, buffer)).WaitAsync(Limit));
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Assert.Equal(SocketError.ConnectionRefused,
            Assert.Throws<SocketException>(() => client.Connect(address)).SocketErrorCode);
        pipe.Read.Dispose();
        Assert.Equal(0, Children.WaitAndCollect(writer.PidFd)?.Status);
        foreach (var process in parked)
        {
            process.Kill(9);
            Children.WaitAndCollect(process.PidFd);
        }
    }

    [Fact]
    public async Task ProgramStartsWithNoSignalBlockedOrIgnored()
    {
        using var directory = new TemporaryDirectory();
        var output = Path.Combine(directory.Path, "out");
        using var file = Files.Open(output, OpenFlags.Create | OpenFlags.WriteOnly, 0x180);
        var builder = new PlanBuilder();
        builder.Execute("execve", "test", ["/bin/grep"], ["grep", "-E", "Sig(Blk|Ign|Cgt)", "/proc/self/status"], []);
        var process = await _launcher.LaunchAsync(builder.Build(), new LaunchOptions { Stdout = file });
        await process.ExecuteAsync().WaitAsync(Limit);
        Assert.Equal(0, Children.WaitAndCollect(process.PidFd)?.Status);

        Assert.All((await File.ReadAllLinesAsync(output)).Where(line => !line.StartsWith("SigCgt", StringComparison.Ordinal)),
            line => Assert.EndsWith("\t0000000000000000", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ResultsAreUsedByLaterSteps_OnceOrOften()
    {
        using var directory = new TemporaryDirectory();
        var builder = new PlanBuilder();
        var opened = builder.Call("open the directory", "test", SystemCall.Openat, -100, directory.Path,
            OpenFlags.Path | OpenFlags.Directory);
        builder.Call("make a", "test", SystemCall.Mkdirat, opened, "a", 0x1ed);
        builder.Call("make b", "test", SystemCall.Mkdirat, opened, "b", 0x1ed);
        builder.Call("make b again", "test", SystemCall.Mkdirat, opened, "b", 0x1ed).Tolerate(Errno.EEXIST);
        var once = builder.Call("open a", "test", SystemCall.Openat, opened, "a", OpenFlags.Path);
        builder.Call("make a/c", "test", SystemCall.Mkdirat, once, "c", 0x1ed);
        builder.Execute("execve", "test", ["/bin/true"], ["true"], []);
        var process = await _launcher.LaunchAsync(builder.Build(), new LaunchOptions());
        await process.ExecuteAsync().WaitAsync(Limit);
        Assert.Equal(0, Children.WaitAndCollect(process.PidFd)?.Status);

        Assert.True(Directory.Exists(Path.Combine(directory.Path, "a", "c")));
        Assert.True(Directory.Exists(Path.Combine(directory.Path, "b")));
    }

    [Fact]
    public async Task ResultOfAToleratedFailureIsNoDescriptor()
    {
        var builder = new PlanBuilder();
        var missing = builder.Call("open nothing", "test", SystemCall.Openat, -100, "/no/such", OpenFlags.Path)
            .Tolerate(Errno.ENOENT);
        builder.Call("use it", "test", SystemCall.Fchdir, missing);
        builder.Execute("execve", "test", ["/bin/true"], ["true"], []);
        var process = await _launcher.LaunchAsync(builder.Build(), new LaunchOptions());
        var failure = await Assert.ThrowsAsync<LaunchException>(() => process.ExecuteAsync().WaitAsync(Limit));
        Children.WaitAndCollect(process.PidFd);

        Assert.Equal(("use it", Errno.EBADF), (failure.Failure.Step, failure.Failure.Errno));
    }

    [Fact]
    public async Task FirstExecutableCandidateRuns_AndNoneIsToldBeforeTheGate()
    {
        Assert.Equal(0, await RunAsync("/no/such/true", "/etc/passwd", "/bin/true"));
        var failure =
            await Assert.ThrowsAsync<LaunchException>(() => RunAsync("/no/such/x", "/etc/passwd/x", "/tmp/no/x"));
        Assert.Equal(("find x", Errno.ENOENT), (failure.Failure.Step, failure.Failure.Errno));
    }

    [Fact]
    public async Task CloneIntoThePidNamespaceOfADeadInitSaysSo()
    {
        var init = await ParkAsync(_launcher, "/bin/true", namespaces: NamespaceFlags.Pid);
        init.Kill(9);
        await Assert.ThrowsAsync<LaunchException>(() => init.ExecuteAsync().WaitAsync(Limit));
        var builder = new PlanBuilder();
        builder.Execute("execve", "test", ["/bin/true"], ["true"], []);

        var failure = await Assert.ThrowsAsync<KernelException>(
            () => _launcher.LaunchAsync(builder.Build(), new LaunchOptions { PidNamespaceOf = init.PidFd }));
        Children.WaitAndCollect(init.PidFd);

        // Dead, or dead and already out of its namespaces.
        Assert.Contains((failure.Call, failure.Errno),
            ((string, Errno)[])[("clone3", Errno.ENOMEM), ("setns", Errno.ESRCH), ("setns", Errno.EINVAL)]);
    }

    public void Dispose() => _launcher.Dispose();

    private static async Task<LaunchedProcess> ParkAsync(
        Launcher launcher, string program, string argument = "", NamespaceFlags namespaces = NamespaceFlags.None)
    {
        var builder = new PlanBuilder();
        builder.Gate("start");
        builder.Execute("execve", "test", [program], argument.Length == 0 ? [program] : [program, argument], []);
        var process = await launcher.LaunchAsync(builder.Build(), new LaunchOptions { Namespaces = namespaces });
        await process.ReachAsync(0).WaitAsync(Limit);
        return process;
    }

    private async Task<int?> RunAsync(params string[] candidates)
    {
        var builder = new PlanBuilder();
        builder.CheckExecutable("find x", "test", candidates);
        builder.Execute("execve x", "test", candidates, ["x"], []);
        var process = await _launcher.LaunchAsync(builder.Build(), new LaunchOptions());
        try
        {
            await process.ExecuteAsync().WaitAsync(Limit);
        }
        catch (LaunchException)
        {
            Children.WaitAndCollect(process.PidFd);
            throw;
        }

        return Children.WaitAndCollect(process.PidFd)?.Status;
    }
}
