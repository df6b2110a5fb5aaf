using ShimService.Engine.Tests.Kernel;
using ShimService.Engine.Tests.Support;
using ShimService.Linux.Abi;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Specs;

/// <summary>Where mounts come from and where they go: what is made for them, links, and their order. Needs root.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "mounts[].destination")]
[Trait("Spec", "mounts[].source")]
public sealed class MountPlaceTests : IDisposable
{
    private readonly SpecScene _scene = new();

    [Fact]
    public async Task Run_WhenTheSourceIsRelative_ThenItIsTheBundles()
    {
        var lines = await _scene.RunAsync("ls /bundle/config.json; ls /conf", spec => spec.WithMounts(
            new MountSpec { Source = ".", Destination = "/bundle", Options = ["bind"] },
            new MountSpec { Source = "config.json", Destination = "conf", Options = ["bind", "ro"] }));

        Assert.Equal(["/bundle/config.json", "/conf"], lines);
    }

    [Fact]
    [Trait("Spec", "mounts[].options")]
    public async Task Run_WhenDirectoriesAreMadeForATmpfs_ThenTheyArePlainAndInheritTheGroup()
    {
        var setgid = Directory.CreateDirectory(Path.Join(_scene.Rootfs, "setgid")).FullName;
        HostFiles.Chown(setgid, 0, 5);
        File.SetUnixFileMode(setgid, (UnixFileMode)0xFED);
        var lines = await _scene.RunAsync("stat -c %a /setgid/a/b/c /not/there/yet", spec => spec.WithMounts(
            new MountSpec { Type = "tmpfs", Destination = "/setgid/a/b/c", Options = ["ro", "nodev"] },
            new MountSpec { Type = "tmpfs", Destination = "/not/there/yet", Options = ["nosuid"] }));

        Assert.Equal(["1777", "1777"], lines);
        Assert.Equal("0 5", HostFiles.Owner(Path.Join(setgid, "a/b/c")));
        Assert.Equal(0xFED, (int)File.GetUnixFileMode(setgid));
        Assert.All((string[])["a", "a/b", "a/b/c"],
            name => Assert.Equal(0x5ED, (int)File.GetUnixFileMode(Path.Join(setgid, name))));
        Assert.All((string[])["not", "not/there", "not/there/yet"],
            name => Assert.Equal(0x1ED, (int)File.GetUnixFileMode(Path.Join(_scene.Rootfs, name))));
    }

    [Fact]
    [Trait("Spec", "mounts[].options")]
    public async Task Run_WhenATmpfsHidesADirectory_ThenModeIsTheDirectorysOrTheOneGivenAndTheDirectoryStaysAsItIs()
    {
        var places = new (string Name, int Mode, string? Given, string Seen)[]
        {
            ("all", 0xFFF, null, "7777"), ("narrow", 0x1C8, null, "710"), ("told", 0x1C8, "mode=1500", "1500"),
        };
        foreach (var (name, mode, _, _) in places)
        {
            File.SetUnixFileMode(Directory.CreateDirectory(Path.Join(_scene.Rootfs, name)).FullName, (UnixFileMode)mode);
        }

        var lines = await _scene.RunAsync(
            $"stat -c %a /all /narrow /told; {SpecChanges.MountTable}",
            spec => spec.WithMounts([.. places.Select(place => new MountSpec
            {
                Type = "tmpfs", Destination = $"/{place.Name}", Options = place.Given is null ? [] : [place.Given],
            })]));

        Assert.Equal(places.Select(place => place.Seen), lines[..3]);
        Assert.All(places, place => Assert.Contains($"mode={place.Seen}", lines.Last(
            line => line.StartsWith($"/{place.Name} ", StringComparison.Ordinal)), StringComparison.Ordinal));
        Assert.All(places, place => Assert.Equal(
            place.Mode, (int)File.GetUnixFileMode(Path.Join(_scene.Rootfs, place.Name))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_WhenLinksToTheDestinationDangle_ThenWhatTheyNameIsMadeInside(bool file)
    {
        Link("jump", "/tmp/foo/bar");
        Link("etc/hosts", "/jump/baz/hosts");
        Link("etc/last", "/tmp/last");
        Directory.CreateDirectory(Path.Join(_scene.Rootfs, "real/conf"));
        Link("conf", "/real/conf");
        var source = file ? _scene.Write("source", "it\n") : _scene.Directory("source");
        if (!file)
        {
            File.WriteAllText(Path.Join(source, "file"), "it\n");
        }

        var lines = await _scene.RunAsync(
            file ? "cat /tmp/foo/bar/baz/hosts /tmp/last /real/conf/stack/x"
                : "cat /tmp/foo/bar/baz/hosts/file /tmp/last/file /real/conf/stack/x/file",
            spec => spec.WithMounts(
                new MountSpec { Source = source, Destination = "/etc/hosts", Options = ["bind"] },
                new MountSpec { Source = source, Destination = "/etc/last", Options = ["bind"] },
                new MountSpec { Type = "tmpfs", Destination = "/conf/stack" },
                new MountSpec { Source = source, Destination = "/conf/stack/x", Options = ["bind"] }));

        Assert.Equal(["it", "it", "it"], lines);
        Assert.False(Directory.Exists("/tmp/foo/bar/baz") || File.Exists("/tmp/last"), "made on the host");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Spec", "linux.namespaces[user]")]
    public async Task Run_WhenSourcesAreMountsOfTheContainersOwn_ThenEachSeesThoseBeforeIt(bool userNamespace)
    {
        var source = _scene.Directory("bind-src");
        foreach (var name in (string[])["a/x", "b/y", "c/z"])
        {
            var directory = _scene.Directory($"bind-src/{name}");
            File.WriteAllText(Path.Join(directory, "file"), name);
            File.CreateSymbolicLink(Path.Join(source, $"sym-{name[0]}"), name[..1]);
        }

        if (userNamespace)
        {
            // Its root may not even look into it.
            File.SetUnixFileMode(source, (UnixFileMode)0x1C0);
        }

        foreach (var name in (string[])["tree", "final"])
        {
            HostFiles.Chown(Directory.CreateDirectory(Path.Join(_scene.Rootfs, name)).FullName, 100000, 100000);
        }

        MountSpec Bound(string from, string to) => new() { Source = from, Destination = to, Options = ["rbind", "rprivate"] };
        var lines = await _scene.RunAsync("cat /final/x/y/z/z/x/y/z/x/file", spec => spec.WithMounts(
            Bound($"{source}/a", "/tree"), Bound($"{source}/sym-b", "/tree/x"), Bound($"{source}/c", "/tree/x/y"),
            Bound($"{source}/sym-a", "/tree/x/y/z"),
            Bound($"{_scene.Rootfs}/tree/x", "/tree/x/y/z/x"),
            Bound($"{_scene.Rootfs}/tree/x/y", "/tree/x/y/z"),
            Bound($"{_scene.Rootfs}/tree", "/final")).When(userNamespace, SpecChanges.InUserNamespace));

        Assert.Equal(["a/x"], lines);
    }

    [Fact]
    [Trait("Spec", "linux.namespaces[user]")]
    public async Task Run_WhenManySourcesAreOutOfReach_ThenInitAndExecSeeThemAndTheCgroupsAfterThem()
    {
        var sources = new List<string>();
        foreach (var name in (string[])["one", "two"])
        {
            var closed = _scene.Directory(name);
            File.WriteAllText(Path.Join(_scene.Directory($"{name}/dir"), "file"), name + "\n");
            File.SetUnixFileMode(closed, (UnixFileMode)0x1C0);
            sources.Add(Path.Join(closed, "dir"));
            Directory.CreateDirectory(Path.Join(_scene.Rootfs, name));
        }

        const string script = "cat /one/file /two/file; ls /sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/*/tasks 2>/dev/null | wc -l";
        Spec Before(Spec spec) => spec with
        {
            // Right before the cgroups, which are binds as well where there is no cgroup namespace.
            Mounts =
            [
                .. spec.Mounts.Where(mount => mount.Type != "cgroup"),
                new MountSpec { Source = sources[0], Destination = "/one", Options = ["bind"] },
                new MountSpec { Source = sources[1], Destination = "/two", Options = ["bind"] },
                .. spec.Mounts.Where(mount => mount.Type == "cgroup"),
            ],
        };
        var container = await _scene.StartAsync($"{script}; sleep 100", spec =>
            Before(spec).InUserNamespace().WithoutNamespace(LinuxNamespaceKind.Cgroup));
        var exec = await _scene.ExecAsync(container, script);
        await RealContainer.UntilAsync(() => File.ReadAllLines(_scene.Output).Length >= 3);
        await _scene.EndAsync(container);

        Assert.Equal(["one", "two"], exec[..2]);
        Assert.NotEqual("0", exec[2]);
        Assert.Equal(exec, await File.ReadAllLinesAsync(_scene.Output));
    }

    [Fact]
    [Trait("Spec", "linux.namespaces[user]")]
    public async Task Run_WhenWhatHoldsTheRootIsSharedInAUserNamespace_ThenItRunsAndTheHostSeesNoMounts()
    {
        // The bundle's own directory is a shared mount, and the root directory lies in it.
        var parent = Path.GetDirectoryName(_scene.Rootfs)!;
        _scene.Mount(parent, "", MountFlags.Bind, parent);
        Linux.Mounts.Mount("", parent, "", MountFlags.Shared, "");
        var container = await _scene.StartAsync("sleep 100", SpecChanges.InUserNamespace);
        var lines = await _scene.ExecAsync(container, "id -u");
        var table = File.ReadAllLines("/proc/self/mountinfo")
            .Where(line => line.Contains(parent, StringComparison.Ordinal)).ToArray();
        await _scene.EndAsync(container);

        Assert.Equal(["0"], lines);
        Assert.Single(table);
    }

    [Fact]
    [Trait("Spec", "root.path")]
    public async Task Run_WhenTheBundleItselfIsTheRoot_ThenItRuns()
    {
        using var bundle = new BusyboxBundle();
        var request = bundle.Write(bundle.Shell("ls /config.json"), spec => spec with { Root = new RootSpec(".") });
        File.Copy(Path.Join(bundle.Path, "config.json"), Path.Join(bundle.Rootfs, "config.json"));
        var container = await RealContainer.Ordinary.CreateAsync(
            request with { Bundle = bundle.Rootfs }, new Observer(), CancellationToken.None).WaitAsync(SpecScene.Limit);
        await container.StartAsync(CancellationToken.None).WaitAsync(SpecScene.Limit);
        await container.Init.Exited.WaitAsync(SpecScene.Limit);
        await container.Init.Stdio.Drained.WaitAsync(SpecScene.Limit);
        await container.Init.Stdio.CloseAsync();
        await container.DeleteAsync().WaitAsync(SpecScene.Limit);

        Assert.Equal("/config.json\n", await File.ReadAllTextAsync(bundle.Output));
    }

    public void Dispose() => _scene.Dispose();

    private void Link(string name, string target) =>
        File.CreateSymbolicLink(Path.Join(_scene.Rootfs, name), target);
}
