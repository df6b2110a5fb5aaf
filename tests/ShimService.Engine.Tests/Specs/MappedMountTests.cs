using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Specs;

/// <summary>Mounts with mapped ids, and sources only the host's root can reach. Needs root.</summary>
[Collection(EngineCollection.Name)]
public sealed class MappedMountTests : IDisposable
{
    private static readonly LinuxIdMapping[] Shifted = [new(0, 5000, 1000)];
    private const UnixFileMode AnybodysMode = UnixFileMode.StickyBit
        | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly Version MappedTmpfs = new(6, 3);

    private readonly SpecScene _scene = new();

    [Theory]
    [InlineData(false, "5000 5007 shifted")]
    [InlineData(true, "65534 65534 refused")]
    [Trait("Spec", "mounts[].uidMappings")]
    [Trait("Spec", "mounts[].gidMappings")]
    public async Task Run_WhenAMountHasMappings_ThenItsOwnersAreShifted(bool userNamespace, string expected)
    {
        var source = Source("data");
        var lines = await _scene.RunAsync(
            "echo $(stat -c '%u %g' /data/file) $(touch /data/new 2>/dev/null && echo shifted || echo refused)",
            spec => As5001(spec).WithMounts(new MountSpec
            {
                Source = source, Destination = "/data", Options = ["bind"], UidMappings = Shifted,
                GidMappings = [new LinuxIdMapping(7, 5007, 100), new LinuxIdMapping(0, 5000, 7)],
            }).When(userNamespace, spec => Ready(spec, "data").InUserNamespace()));

        Assert.Equal([expected], lines);
        if (!userNamespace)
        {
            // Written by host uid 5001: user 1 of the source.
            Assert.Equal("1 1", HostFiles.Owner(Path.Join(source, "new")));
        }
    }

    [Theory]
    [InlineData("idmap")]
    [InlineData("ridmap")]
    [Trait("Spec", "mounts[].options")]
    [Trait("Spec", "linux.uidMappings")]
    public async Task Run_WhenIdmapIsAskedForInAUserNamespace_ThenTheContainersMapsAreUsed(string word)
    {
        var source = Source("data");
        Directory.CreateDirectory(Path.Join(source, "inner"));
        File.WriteAllText(Path.Join(_scene.Mount(Path.Join(source, "inner"), "tmpfs"), "file"), "");
        var lines = await _scene.RunAsync(
            "stat -c '%u %g' /data/file; stat -c '%u %g' /data/inner/file; touch /data/new && echo wrote",
            spec => Ready(spec, "data").InUserNamespace().WithMounts(
                new MountSpec { Source = source, Destination = "/data", Options = ["rbind", word] }));

        Assert.Equal(["0 7", word == "ridmap" ? "0 0" : "65534 65534", "wrote"], lines);
        Assert.Equal("0 0", HostFiles.Owner(Path.Join(source, "new")));
    }

    [Fact]
    [Trait("Spec", "mounts[].uidMappings")]
    public async Task Run_WhenOneSourceIsMappedInTwoWays_ThenEachMountHasItsOwn()
    {
        var source = Source("data");
        MountSpec At(string destination, params LinuxIdMapping[] maps) => new()
        {
            Source =
                source, Destination = destination, Options = ["bind", "ro"], UidMappings = maps, GidMappings = maps,
        };
        var lines = await _scene.RunAsync(
            "stat -c %u /a/file /b/file /c/file; touch /a/x 2>/dev/null || echo read-only",
            spec => spec.WithMounts(At("/a", Shifted), At("/b", new LinuxIdMapping(0, 9000, 10)), At("/c", Shifted)));

        Assert.Equal(["5000", "9000", "5000", "read-only"], lines);
        Assert.Equal("0 7", HostFiles.Owner(Path.Join(source, "file")));
    }

    [Fact]
    [Trait("Spec", "mounts[].uidMappings")]
    public async Task Run_WhenTheUserNamespaceIsJoined_ThenItsMapsAreUsed()
    {
        using var other = new SpecScene();
        var first = await _scene.StartAsync("sleep 100", SpecChanges.InUserNamespace);
        var pid = first.Init.Pid.Value;
        var source = Source("data");
        Directory.CreateDirectory(Path.Join(other.Rootfs, "data"));
        var lines = await other.RunAsync("stat -c '%u %g' /data/file", spec => spec
            .WithLinux(linux => linux with { Sysctl = new Dictionary<string, string>() })
            .WithNamespace(LinuxNamespaceKind.User, $"/proc/{pid}/ns/user")
            .WithNamespace(LinuxNamespaceKind.Pid, $"/proc/{pid}/ns/pid")
            .WithNamespace(LinuxNamespaceKind.Network, $"/proc/{pid}/ns/net")
            .WithMounts(new MountSpec { Source = source, Destination = "/data", Options = ["bind", "idmap"] }));
        await _scene.EndAsync(first);

        Assert.Equal(["0 7"], lines);
    }

    [Fact]
    [Trait("Spec", "mounts[].uidMappings")]
    public async Task Create_WhenTheFileSystemTakesNoMaps_ThenRefusedWithTheWayOut()
    {
        var failure = await _scene.RefusedAsync(spec => spec.WithMounts(new MountSpec
        {
            Source =
                "/sys/kernel", Destination = "/data", Options = ["bind"], UidMappings = Shifted, GidMappings = Shifted,
        }));

        Assert.Equal(("mount /data", "EINVAL"), (failure.Step, failure.Errno));
        Assert.Contains("uidMappings", failure.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bind")]
    [InlineData("rbind")]
    [Trait("Spec", "mounts[].source")]
    [Trait("Spec", "linux.namespaces[user]")]
    public async Task Run_WhenASourceIsOutOfReachOfTheContainersRoot_ThenBoundAllTheSame(string word)
    {
        var locked = _scene.Directory("locked");
        File.WriteAllText(
            Path.Join(Directory.CreateDirectory(Path.Join(locked, "data")).FullName, "file"), "content\n");
        File.SetUnixFileMode(locked, (UnixFileMode)0x1C0);
        File.WriteAllText(Path.Join(_scene.Rootfs, "note"), "");
        var lines = await _scene.RunAsync("cat /data/file /note",
            spec => Ready(spec, "data").InUserNamespace().WithMounts(
                new MountSpec { Source = Path.Join(locked, "data"), Destination = "/data", Options = [word, "ro"] },
                new MountSpec { Source = Path.Join(locked, "data/file"), Destination = "/note", Options = ["bind"] }));

        Assert.Equal(["content", "content"], lines);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Spec", "mounts[].gidMappings")]
    public async Task Run_WhenRangesAreManyAndSourcesSeveral_ThenEachIdGoesByItsOwn(bool userNamespace)
    {
        var (one, two) = (Source("one"), Source("two"));
        foreach (var (name, uid, gid) in ((string, uint, uint)[])[("foo", 100, 211), ("bar", 101, 222), ("baz", 102, 233)])
        {
            foreach (var source in (string[])[one, two])
            {
                File.WriteAllText(Path.Join(source, name), "");
                HostFiles.Chown(Path.Join(source, name), uid, gid);
            }
        }

        // As seen from a container whose ids begin at 100000 on the host, where it has such.
        var from = userNamespace ? 100000u : 0u;
        MountSpec At(string source, string place, LinuxIdMapping[] uids, LinuxIdMapping[] gids) => new()
        {
            Source = source, Destination = place, Options = ["bind"], UidMappings = uids, GidMappings = gids,
        };
        var lines = await _scene.RunAsync("stat -c '%u %g' /one/foo /one/bar /one/baz /two/foo /two/bar /two/baz /one/file",
            spec => Ready(Ready(spec, "one"), "two").When(userNamespace, SpecChanges.InUserNamespace).WithMounts(
                At(one, "/one",
                    [new(100, from + 1000, 1), new(101, from + 2000, 1), new(102, from + 3000, 1)],
                    [new(210, from + 1100, 10), new(220, from + 2200, 10), new(230, from + 3300, 10)]),
                At(two, "/two", [new(100, from + 1100, 3)], [new(200, from + 1900, 50)])));

        Assert.Equal(
            ["1000 1101", "2000 2202", "3000 3303", "1100 1911", "1101 1922", "1102 1933", "65534 65534"], lines);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Spec", "mounts[].options")]
    public async Task Run_WhenMappedMountsArePropagatedRelativeOrBesideBinds_ThenAllHold(bool userNamespace)
    {
        var (one, two) = (Source("one"), Source("two"));
        HostFiles.Chown(Path.Join(two, "file"), 1, 1);
        var (from, names) = (userNamespace ? 100000u : 5000u, new[] { "a", "b", "c", "d" });
        LinuxIdMapping[] maps = [new(0, from, 1000)];
        MountSpec At(string source, string place, params string[] words) => new()
        {
            Source = source, Destination = place, Options = ["bind", .. words], UidMappings = maps, GidMappings = maps,
        };
        var lines = await _scene.RunAsync(
            $"stat -c '%u %g' /a/file /b/file /c/file /d/file; touch /a/new && stat -c '%u %g' /a/new; {SpecChanges.MountTable}",
            spec => names.Aggregate(spec, Ready).When(userNamespace, SpecChanges.InUserNamespace).WithMounts(
                At(one, "/a", "shared"), At(two, "b"), new MountSpec { Source = one, Destination = "/c", Options = ["bind"] },
                new MountSpec { Source = two, Destination = "/d", Options = ["rbind"] })
                .When(!userNamespace, one => As5001(one).WithProcess(
                    process => process with { User = new UserSpec { Uid = 5000, Gid = 5000 } })));

        Assert.Equal(
            userNamespace
                ? ["0 7", "1 1", "65534 65534", "65534 65534", "0 0"]
                : (string[])["5000 5007", "5001 5001", "0 7", "1 1", "5000 5000"],
            lines[..5]);
        Assert.Equal("0 0", HostFiles.Owner(Path.Join(one, "new")));
        Assert.Contains(lines, line => line.StartsWith("/a ", StringComparison.Ordinal)
            && line.Contains(" shared:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("idmap", false)]
    [InlineData("ridmap", false)]
    [InlineData("idmap", true)]
    [InlineData("ridmap", true)]
    [Trait("Spec", "mounts[].options")]
    public async Task Run_WhenMapsComeWithAWord_ThenItSaysHowDeepTheyGo(string word, bool userNamespace)
    {
        var source = Source("data");
        Directory.CreateDirectory(Path.Join(source, "inner"));
        File.WriteAllText(Path.Join(_scene.Mount(Path.Join(source, "inner"), "tmpfs"), "file"), "");
        LinuxIdMapping[] maps = [new(0, userNamespace ? 105000u : 5000u, 1000)];
        var lines = await _scene.RunAsync("stat -c %u /data/file /data/inner/file", spec => Ready(spec, "data")
            .When(userNamespace, SpecChanges.InUserNamespace).WithMounts(new MountSpec
            {
                Source = source, Destination = "/data", Options = ["rbind", word], UidMappings = maps, GidMappings = maps,
            }));

        Assert.Equal(["5000", word == "ridmap" ? "5000" : userNamespace ? "65534" : "0"], lines);
    }

    [Fact]
    [Trait("Spec", "mounts[].uidMappings")]
    public async Task Run_WhenManyMountsAreMapped_ThenTheProgramHasNoDescriptorOfTheirs()
    {
        var source = Source("data");
        var before = Directory.GetFiles("/proc/self/fd").Length;
        var lines = await _scene.RunAsync("ls /proc/self/fd; ls /data* | wc -l", spec => spec.WithMounts(
            [.. Enumerable.Range(0, 40).Select(number => new MountSpec
            {
                Source = source, Destination = $"/data{number}", Options = ["bind"], UidMappings = Shifted,
                GidMappings = [new(0, 5000, 10 + (uint)(number % 4))],
            })]));

        Assert.Equal(["0", "1", "2", "3"], lines[..4]);
        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, before + 30);
    }

    public void Dispose() => _scene.Dispose();

    private static Spec As5001(Spec spec) =>
        spec with { Process = spec.Process! with { User = new UserSpec { Uid = 5001, Gid = 5001 } } };

    // Root of the container's user namespace makes no directories in a root that is not its own.
    private Spec Ready(Spec spec, string name)
    {
        Directory.CreateDirectory(Path.Join(_scene.Rootfs, name));
        return spec;
    }

    // A file of root and group 7, in a file system that takes maps wherever the test's directories are. Where the kernel
    // is too old for that, the directories have to be on one that does.
    private string Source(string name)
    {
        var path = _scene.Directory(name);
        if (Environment.OSVersion.Version >= MappedTmpfs)
        {
            _scene.Mount(path, "tmpfs");
        }

        // As a tmpfs is: anybody may write there.
        File.SetUnixFileMode(path, AnybodysMode);
        File.WriteAllText(Path.Join(path, "file"), "");
        HostFiles.Chown(Path.Join(path, "file"), 0, 7);
        return path;
    }
}
