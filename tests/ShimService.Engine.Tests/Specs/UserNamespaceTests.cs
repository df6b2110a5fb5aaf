using ShimService.Engine.Tests.Support;
using ShimService.Linux.Abi;
using ShimService.Oci.Model;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Tests.Specs;

/// <summary>Which other namespaces go with a user namespace, as a pod has them. Needs root.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "linux.namespaces[user]")]
public sealed class UserNamespaceTests : IDisposable
{
    private const string Own = "id -u; readlink /proc/self/ns/user; readlink /proc/self/ns/net; echo $$; "
        + "cat /proc/self/oom_score_adj; hostname; ls /proc | grep -c '^[0-9]'";

    private readonly SpecScene _pod = new();
    private readonly SpecScene _scene = new();

    [Fact]
    [Trait("Spec", "linux.namespaces[pid]")]
    [Trait("Spec", "process.oomScoreAdj")]
    public async Task Run_WhenUserIsJoinedAndPidIsNew_ThenItIsAPodsNextContainer()
    {
        var pod = await _pod.StartAsync("sleep 100", SpecChanges.InUserNamespace);
        var container = await _scene.CreateAsync($"{Own}; sleep 100", spec => Joining(spec, pod, "user", "net", "ipc", "uts")
            with { Process = spec.Process! with { OomScoreAdj = 77 }, Hostname = "" });
        await container.StartAsync(CancellationToken.None).WaitAsync(SpecScene.Limit);
        await RealContainer.UntilAsync(() => File.ReadAllLines(_scene.Output).Length >= 7);
        var exec = await _scene.ExecAsync(container, Own);
        var kernfs = await _scene.ExecAsync(container, "ls /sys/class/net");
        await _scene.EndAsync(container);
        await _pod.EndAsync(pod);

        Assert.Equal("0", exec[0]);
        Assert.Equal(["lo"], kernfs);
        var output = await File.ReadAllLinesAsync(_scene.Output);
        Assert.Equal([exec[0], exec[1], exec[2], "1", "77", _pod.Id], output[..6]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public async Task Run_WhenUserIsJoinedWithoutMaps_ThenItsProcessesOwnTheirStreams(uint uid)
    {
        const string script = "echo again > /dev/stdout && echo twice > /proc/self/fd/2";
        var pod = await _pod.StartAsync("sleep 100", SpecChanges.InUserNamespace);
        var container = await _scene.StartAsync($"{script}; sleep 100", spec => Joining(spec, pod, "user", "net")
            with { Process = spec.Process! with { User = new UserSpec { Uid = uid, Gid = uid } } });
        await RealContainer.UntilAsync(() => File.ReadAllLines(_scene.Output).Length >= 2);
        var exec = await _scene.ExecAsync(container, script);
        await _scene.EndAsync(container);
        await _pod.EndAsync(pod);

        Assert.Equal(["again", "twice"], await File.ReadAllLinesAsync(_scene.Output));
        Assert.Equal(["again", "twice"], exec);
    }

    [Fact]
    [Trait("Spec", "linux.namespaces[network]")]
    [Trait("Spec", "linux.namespaces[ipc]")]
    public async Task Run_WhenUserIsNewAndOthersAreJoined_ThenTheyAreJoinedFirst()
    {
        var pod = await _pod.StartAsync("sleep 100");
        var ns = $"/proc/{pod.Init.Pid.Value}/ns";
        var expected = new[] { "net", "ipc", "uts" }.Select(kind => new FileInfo($"{ns}/{kind}").LinkTarget!).ToArray();
        var lines = await _scene.RunAsync(
            "for kind in net ipc uts; do readlink /proc/self/ns/$kind; done; cat /proc/self/uid_map; echo $$",
            spec => Joining(
                spec, pod, "net", "ipc", "uts").WithoutMount("/dev/mqueue").InUserNamespace() with { Hostname = "" });
        await _pod.EndAsync(pod);

        Assert.Equal(expected, lines[..3]);
        Assert.Equal(["0", "100000", "65536"], lines[3].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("1", lines[4]);
    }

    [Fact]
    [Trait("Spec", "linux.namespaces[ipc]")]
    public async Task Run_WhenIpcIsNew_ThenItsMessageQueuesAreTheContainersRoots()
    {
        const string owner = "stat -c %u /dev/mqueue";
        var made = await _scene.RunAsync(owner, SpecChanges.InUserNamespace);
        var pod = await _pod.StartAsync("sleep 100", SpecChanges.InUserNamespace);
        using var joining = new SpecScene();
        var joined = await joining.RunAsync(owner, spec => Joining(spec, pod, "user", "net"));
        await _pod.EndAsync(pod);

        Assert.Equal(("0", "0"), (made[0], joined[0]));
    }

    [Fact]
    [Trait("Spec", "linux.timeOffsets")]
    public async Task Run_WhenUserIsJoinedAndClocksAreSet_ThenBoth()
    {
        var pod = await _pod.StartAsync("sleep 100", SpecChanges.InUserNamespace);
        var lines = await _scene.RunAsync("id -u; cat /proc/self/timens_offsets", spec => Joining(spec, pod, "user", "net")
            .WithNamespace(LinuxNamespaceKind.Time)
            .WithLinux(linux => linux with { TimeOffsets = [new LinuxTimeOffset("boottime", 1000, 0)] }));
        await _pod.EndAsync(pod);

        Assert.Equal("0", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("boottime", StringComparison.Ordinal)
            && line.Contains("1000", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Spec", "linux.namespaces[pid]")]
    public async Task Run_WhenUserIsNewAndPidIsInherited_ThenOnlyProcNeedsAnother()
    {
        var failure = await _scene.RefusedAsync(
            spec => spec.WithoutNamespace(LinuxNamespaceKind.Pid).InUserNamespace());
        var lines = await _scene.RunAsync("id -u; echo $$", spec => WithoutProc(spec)
            .WithoutNamespace(LinuxNamespaceKind.Pid).InUserNamespace());

        Assert.Equal(("mount /proc", "EPERM"), (failure.Step, failure.Errno));
        Assert.Contains("\"pid\"", failure.Hint, StringComparison.Ordinal);
        Assert.Equal("0", lines[0]);
        Assert.NotEqual("1", lines[1]);
    }

    [Theory]
    [InlineData(100000, true)]
    [InlineData(200000, false)]
    [Trait("Spec", "linux.uidMappings")]
    [Trait("Spec", "linux.gidMappings")]
    public async Task Create_WhenMapsAreGivenBesideAJoinedNamespace_ThenTheyMustBeItsOwn(uint host, bool same)
    {
        var pod = await _pod.StartAsync("sleep 100", SpecChanges.InUserNamespace);
        Spec Mapped(Spec spec) => Joining(spec, pod, "user", "net").WithLinux(linux => linux with
        {
            UidMappings = SpecScene.Mapped, GidMappings = [new LinuxIdMapping(0, host, 65536)],
        });
        if (same)
        {
            Assert.Equal(["0"], await _scene.RunAsync("id -u", Mapped));
        }
        else
        {
            Assert.Equal("linux.gidMappings", (await _scene.RefusedAsync(Mapped)).Field);
        }

        await _pod.EndAsync(pod);
    }

    [Theory]
    [InlineData("/proc/self/ns/net")]
    [InlineData("/proc/self/ns/user")]
    [InlineData("/dev/null")]
    public async Task Create_WhenTheUserNamespaceIsNone_ThenRefusedWithItsPath(string path)
    {
        var failure = await _scene.RefusedAsync(spec => spec.WithNamespace(LinuxNamespaceKind.User, path));

        Assert.Equal("EINVAL", failure.Errno);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WhenTheKernelRefusesItAHundredTimes_ThenNothingIsLeft()
    {
        for (var i = 0; i < 100; i++)
        {
            await _scene.RefusedAsync(spec => spec.WithNamespace(LinuxNamespaceKind.User, "/proc/self/ns/net"));
        }

        var pod = await _pod.StartAsync("sleep 100", SpecChanges.InUserNamespace);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(["1"], await _scene.RunAsync("echo $$", spec => Joining(spec, pod, "user", "net")));
        }

        await _pod.EndAsync(pod);
    }

    [Fact]
    [Trait("Spec", "linux.namespaces[].path")]
    public async Task Run_WhenTheNamespacesAreKeptByMountsOnly_ThenTheyAreJoinedThoughTheUsersDoesNotOwnTheNetwork()
    {
        var pod = await _pod.StartAsync("sleep 100", SpecChanges.InUserNamespace);
        var user = _scene.Write("user", "");
        _scene.Mount(user, "", MountFlags.Bind, $"/proc/{pod.Init.Pid.Value}/ns/user");
        var network = _scene.Write("network", "");
        using (var other = new SpecScene())
        {
            // Of the host's user namespace, as a network plug-in makes it.
            var owner = await other.StartAsync("sleep 100");
            _scene.Mount(network, "", MountFlags.Bind, $"/proc/{owner.Init.Pid.Value}/ns/net");
            await other.EndAsync(owner);
        }

        var expected = new FileInfo($"/proc/{pod.Init.Pid.Value}/ns/user").LinkTarget!;
        await _pod.EndAsync(pod);
        var container = await _scene.StartAsync("sleep 100", spec => spec
            .WithLinux(linux => linux with { Sysctl = new Dictionary<string, string>() })
            .WithNamespace(LinuxNamespaceKind.User, user).WithNamespace(LinuxNamespaceKind.Network, network));
        var lines = await _scene.ExecAsync(container,
            "readlink /proc/self/ns/user; cat /proc/self/uid_map /proc/self/gid_map; readlink /proc/self/ns/net; ls /sys/class");
        var own = new FileInfo($"/proc/{container.Init.Pid.Value}/ns/net").LinkTarget!;
        await _scene.EndAsync(container);

        Assert.Equal(expected, lines[0]);
        Assert.All(lines[1..3], line => Assert.Equal(
            ["0", "100000", "65536"], line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(own, lines[3]);
        Assert.NotEqual(new FileInfo("/proc/self/ns/net").LinkTarget, own);
        Assert.Contains("net", lines[4..]);
    }

    [Fact]
    [Trait("Spec", "linux.namespaces[].path")]
    public async Task Run_WhenEveryNamespaceButTheMountsIsJoined_ThenTheTwoAreOneContainer()
    {
        string[] kinds = ["user", "net", "ipc", "uts", "pid", "cgroup"];
        var pod = await _pod.StartAsync("sleep 100", SpecChanges.InUserNamespace);
        var ns = $"/proc/{pod.Init.Pid.Value}/ns";
        var container = await _scene.StartAsync("sleep 100", spec => Joining(spec, pod, "user", "net", "ipc", "uts")
            .WithNamespace(LinuxNamespaceKind.Pid, $"{ns}/pid").WithNamespace(LinuxNamespaceKind.Cgroup, $"{ns}/cgroup")
            with { Hostname = "" });
        var lines = await _scene.ExecAsync(container, $$"""
            for kind in {{string.Join(' ', kinds)}}; do readlink /proc/self/ns/$kind; done; readlink /proc/self/ns/mnt
            cat /proc/[0-9]*/comm
            """);
        var expected = kinds.Select(kind => new FileInfo($"{ns}/{kind}").LinkTarget!).ToArray();
        var mounts = new FileInfo($"{ns}/mnt").LinkTarget;
        await _scene.EndAsync(container);
        await _pod.EndAsync(pod);

        Assert.Equal(expected, lines[..6]);
        Assert.NotEqual(mounts, lines[6]);
        Assert.Equal(2, lines.Count(line => line == "sleep"));
    }

    public void Dispose()
    {
        _scene.Dispose();
        _pod.Dispose();
    }

    private static Spec WithoutProc(Spec spec) => spec.WithoutMount("/proc")
        .WithLinux(linux => linux with { MaskedPaths = [], ReadonlyPaths = [] });

    private static Spec Joining(Spec spec, IContainer pod, params string[] kinds)
    {
        spec = spec.WithLinux(linux => linux with { Sysctl = new Dictionary<string, string>() });
        foreach (var kind in kinds)
        {
            spec = spec.WithNamespace(
                kind switch
                {
                    "user" => LinuxNamespaceKind.User,
                    "net" => LinuxNamespaceKind.Network,
                    "ipc" => LinuxNamespaceKind.Ipc,
                    _ => LinuxNamespaceKind.Uts,
                },
                $"/proc/{pod.Init.Pid.Value}/ns/{kind}");
        }

        return spec;
    }
}
