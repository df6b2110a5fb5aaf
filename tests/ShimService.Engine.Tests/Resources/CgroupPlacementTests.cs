using ShimService.Engine.Tests.Specs;
using ShimService.Engine.Tests.Support;
using ShimService.Linux.Cgroups;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Resources;

/// <summary>Which cgroup a container and its execs are in, and whose it is. Needs root.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "linux.cgroupsPath")]
public sealed class CgroupPlacementTests : IDisposable
{
    private static readonly CgroupLayout Layout = CgroupLayout.Detect();
    private readonly SpecScene _scene = new();
    private readonly string _pod = $"/pod-{Guid.NewGuid():N}";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_WhenAPathIsGiven_ThenInitAndExecAreThereInEveryHierarchy(bool cgroupNamespace)
    {
        var container = await _scene.StartAsync("sleep 100", spec => At(spec, $"{_pod}/one")
            .When(!cgroupNamespace, one => one.WithoutNamespace(LinuxNamespaceKind.Cgroup)));
        var init = await File.ReadAllLinesAsync($"/proc/{container.Init.Pid.Value}/cgroup");
        var seen = await _scene.ExecAsync(container, "cat /proc/1/cgroup /proc/self/cgroup");
        await _scene.EndAsync(container);

        Assert.Contains(init, line => line.EndsWith($":{_pod}/one", StringComparison.Ordinal));
        Assert.Equal(seen[..(seen.Length / 2)], seen[(seen.Length / 2)..]);
        Assert.Equal(
            init.Where(line => line.EndsWith($":{_pod}/one", StringComparison.Ordinal)).Select(
                line => cgroupNamespace ? line.Replace($"{_pod}/one", "/", StringComparison.Ordinal) : line),
            seen[..(seen.Length / 2)].Where(line => !cgroupNamespace
                ? line.EndsWith($":{_pod}/one", StringComparison.Ordinal)
                : init.Contains(line.Replace(":/", $":{_pod}/one", StringComparison.Ordinal))));
        Assert.All(Layout.Hierarchies, hierarchy => Assert.False(Directory.Exists($"{hierarchy.MountPoint}{_pod}/one")));
    }

    [Fact]
    public async Task Create_WhenTheCgroupHasProcesses_ThenRefusedAndTheyStay()
    {
        using var other = new SpecScene();
        var first = await _scene.StartAsync("sleep 100", spec => At(spec, $"{_pod}/one"));
        var refused = await Assert.ThrowsAsync<TaskException>(
            () => other.CreateAsync("true", spec => At(spec, $"{_pod}/one")));
        var alive = first.ReadProcesses().Count;
        await _scene.EndAsync(first);

        Assert.Equal("EBUSY", refused.Errno);
        Assert.Contains("has processes", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, alive);
    }

    [Fact]
    public async Task Create_WhenTheCgroupIsFrozenAlready_ThenRefusedAtOnce()
    {
        // The one of its hierarchies that can freeze: v2 where there is one.
        var (hierarchy, file, frozen) = Layout.Unified is { } unified
            ? (unified, "cgroup.freeze", "1")
            : (Layout.Find(CgroupControllers.Freezer)!, "freezer.state", "FROZEN");
        var directory = Directory.CreateDirectory($"{hierarchy.MountPoint}{_pod}/one").FullName;
        await File.WriteAllTextAsync($"{directory}/{file}", frozen);
        try
        {
            var refused = await _scene.RefusedAsync(spec => At(spec, $"{_pod}/one"));

            Assert.Equal("EBUSY", refused.Errno);
            Assert.Contains("is frozen", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory);
            Directory.Delete(hierarchy.MountPoint + _pod);
        }
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    [Trait("Spec", "linux.namespaces[user]")]
    [Trait("CVE", "CVE-2023-25809")]
    public async Task Run_WhenTheContainerMayManageItsCgroup_ThenItsRootOwnsIt(bool writable, bool own, bool given)
    {
        Directory.CreateDirectory(Path.Join(_scene.Rootfs, "sys/fs/cgroup"));
        var container = await _scene.StartAsync("sleep 100", spec => (writable ? Writable(spec) : spec).InUserNamespace()
            .When(!own, one => one.WithoutNamespace(LinuxNamespaceKind.Cgroup)));
        var owner = HostFiles.Owner(Host.Cgroups(_scene.Id)[^1]);
        var lines = await _scene.ExecAsync(container, """
            stat -c %u /sys/fs/cgroup
            mkdir /sys/fs/cgroup/mine 2>/dev/null && echo $$ > /sys/fs/cgroup/mine/cgroup.procs && echo moved
            (echo 1 > /sys/fs/cgroup/pids.max) 2>/dev/null && echo unlimited
            """);
        await _scene.EndAsync(container);

        if (Layout.Mode == CgroupMode.Unified && given)
        {
            Assert.Equal(["0", "moved"], lines);
            Assert.Equal("100000 0", owner);
        }
        else
        {
            // On v1 the directory itself is a tmpfs of the container's own.
            Assert.True(Layout.Mode != CgroupMode.Unified || !lines.Contains("moved"), string.Join(' ', lines));
            Assert.Equal("0 0", owner);
        }

        Assert.Empty(Host.Cgroups(_scene.Id));
    }

    [Fact]
    public async Task Exec_WhenTheInitHasMovedIntoACgroupOfItsOwn_ThenItFollowsWhereItHasTo()
    {
        var container = await _scene.StartAsync("sleep 100", Writable);
        var place = Layout.Mode == CgroupMode.Unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/pids";
        var own = Layout.Mode == CgroupMode.Unified ? "0:" : "pids:";
        var moved = await _scene.ExecAsync(container, $"""
            mkdir {place}/foo && echo 1 > {place}/foo/cgroup.procs && grep {own} /proc/1/cgroup | cut -d: -f3
            """);
        var before = await _scene.ExecAsync(container, $"grep {own} /proc/self/cgroup | cut -d: -f3");
        var after = before;
        if (Layout.Mode == CgroupMode.Unified)
        {
            // From now on only what is inside may have processes.
            await _scene.ExecAsync(container, $"""
                echo $$ > {place}/foo/cgroup.procs && echo +pids > {place}/cgroup.subtree_control
                """);
            after = await _scene.ExecAsync(container, $"grep {own} /proc/self/cgroup | cut -d: -f3");
        }

        await _scene.EndAsync(container);
        Assert.Equal(["/foo"], moved);
        Assert.Equal(["/"], before);
        Assert.Equal([Layout.Mode == CgroupMode.Unified ? "/foo" : "/"], after);
        Assert.Empty(Host.Cgroups(_scene.Id));
    }

    [Fact]
    public async Task Delete_WhenProcessesAreInCgroupsInside_ThenTheyAndTheCgroupsAreGone()
    {
        var container = await _scene.StartAsync("sleep 100", Writable);
        var places = Layout.Mode == CgroupMode.Unified
            ? "/sys/fs/cgroup"
            : string.Join(' ', Layout.Hierarchies.Where(one => one.Version == CgroupVersion.V1
                && (one.Controllers & (CgroupControllers.Memory | CgroupControllers.Pids)) != 0)
                .Select(one => $"/sys/fs/cgroup/{one.Name}"));
        var lines = await _scene.ExecAsync(container, $"""
            sleep 100 > /dev/null 2>&1 & for place in {places}; do
              mkdir -p $place/foo/bar && echo $! > $place/foo/bar/cgroup.procs && echo inside
            done
            """);
        var pids = container.ReadProcesses().Select(process => process.Pid.Value).ToArray();
        await container.DeleteAsync().WaitAsync(SpecScene.Limit);

        Assert.Equal(places.Split(' ').Length, lines.Length);
        Assert.Equal(2, pids.Length);
        Assert.All(pids, pid => Assert.False(Host.IsAlive(pid)));
        Assert.Empty(Host.Cgroups(_scene.Id));
    }

    [Fact]
    public async Task Delete_WhenPaused_ThenNothingIsLeft()
    {
        var container = await _scene.StartAsync("sleep 100");
        await container.PauseAsync(CancellationToken.None).WaitAsync(SpecScene.Limit);
        await container.DeleteAsync().WaitAsync(SpecScene.Limit);

        Assert.False(Host.IsAlive(container.Init.Pid.Value));
        Assert.Empty(Host.Cgroups(_scene.Id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Spec", "mounts[].type")]
    public async Task Run_WhenTheCgroupMountIsReadOnly_ThenAllOfItIs(bool cgroupNamespace)
    {
        var lines = await _scene.RunAsync(
            $"{SpecChanges.MountTable} | grep ^/sys/fs/cgroup; find /sys/fs/cgroup -name '{_scene.Id}' | wc -l",
            spec => spec.When(!cgroupNamespace, one => one.WithoutNamespace(LinuxNamespaceKind.Cgroup)));

        Assert.True(lines.Length > 1);
        Assert.All(lines[..^1], line => Assert.StartsWith("ro,", line.Split(' ')[1], StringComparison.Ordinal));

        // Without a namespace of its own, it may see where it is in the host's tree.
        Assert.True(!cgroupNamespace || lines[^1] == "0", lines[^1]);
    }

    public void Dispose()
    {
        _scene.Dispose();

        // The engine keeps it for a moment, for whoever comes next.
        foreach (var path in Layout.Hierarchies.Select(hierarchy => hierarchy.MountPoint + _pod))
        {
            try
            {
                Directory.Delete(path);
            }
            catch (DirectoryNotFoundException)
            {
                // Never made there, or removed meanwhile.
            }
        }
    }

    private static Spec At(Spec spec, string path) => spec.WithLinux(linux => linux with { CgroupsPath = path });

    private static Spec Writable(Spec spec) => spec with
    {
        Mounts =
        [
            .. spec.Mounts.Select(mount => mount.Destination == "/sys/fs/cgroup"
                ? mount with { Options = [.. mount.Options.Where(option => option != "ro")] }
                : mount),
        ],
    };
}
