using ShimService.Engine.Tests.Support;
using ShimService.Linux.Abi;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Specs;

/// <summary>linux.rootfsPropagation, as the mount table tells it and as mounts travel. Needs root.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "linux.rootfsPropagation")]
public sealed class RootfsPropagationTests : IDisposable
{
    private readonly SpecScene _scene = new();

    [Theory]
    [InlineData(RootfsPropagation.Default, "master")]
    [InlineData(RootfsPropagation.Slave, "master")]
    [InlineData(RootfsPropagation.RecursiveSlave, "master")]
    [InlineData(RootfsPropagation.Private, "-")]
    [InlineData(RootfsPropagation.RecursivePrivate, "-")]
    [InlineData(RootfsPropagation.Shared, "shared")]
    [InlineData(RootfsPropagation.RecursiveShared, "shared")]
    [InlineData(RootfsPropagation.Unbindable, "unbindable")]
    [InlineData(RootfsPropagation.RecursiveUnbindable, "unbindable")]
    public async Task Run_WhenTheHostsDirectoryIsShared_ThenTheRootIsWhatTheSpecSays(
        RootfsPropagation propagation, string expected)
    {
        // Flags after the options, up to the dash: fields of man 5 proc_pid_mountinfo.
        _scene.Mount(_scene.Rootfs, "", MountFlags.Bind, _scene.Rootfs);
        Linux.Mounts.Mount("", _scene.Rootfs, "", MountFlags.Shared, "");
        var lines = await _scene.RunAsync(
            "while read -r a b c d e f g rest; do echo $e ${g%%:*}; done < /proc/self/mountinfo",
            spec => spec.WithLinux(linux => linux with { RootfsPropagation = propagation }));

        Assert.Equal($"/ {expected}", lines[0]);
        var recursive = propagation is RootfsPropagation.RecursiveShared or RootfsPropagation.RecursiveUnbindable;
        Assert.Contains($"/dev {(recursive ? expected : "-")}", lines);
    }

    [Theory]
    [InlineData(RootfsPropagation.RecursiveShared, "rshared", true, true)]
    [InlineData(RootfsPropagation.Shared, "rshared", true, true)]
    [InlineData(RootfsPropagation.RecursiveSlave, "rslave", true, false)]
    [InlineData(RootfsPropagation.Default, "rshared", true, false)]
    [InlineData(RootfsPropagation.RecursiveShared, "rprivate", false, false)]
    [InlineData(RootfsPropagation.RecursivePrivate, "rshared", false, false)]
    [Trait("Spec", "mounts[].options")]
    public async Task Run_WhenASharedDirectoryIsBound_ThenMountsTravelAsTheTwoSay(
        RootfsPropagation propagation, string option, bool comesIn, bool goesOut)
    {
        var shared = _scene.Shared("shared");
        Directory.CreateDirectory(Path.Join(shared, "in"));
        Directory.CreateDirectory(Path.Join(shared, "out"));
        var container = await _scene.StartAsync("sleep 100", spec => spec.MayMount()
            .WithMounts(new MountSpec { Source = shared, Destination = "/vol", Options = ["rbind", option] })
            .WithLinux(linux => linux with { RootfsPropagation = propagation }));
        _scene.Mount(Path.Join(shared, "in"), "tmpfs");
        File.WriteAllText(Path.Join(shared, "in/file"), "");
        var inside = await _scene.ExecAsync(
            container, "test -e /vol/in/file && echo came; mount -t tmpfs none /vol/out && touch /vol/out/file && echo mounted");
        var outside = File.Exists(Path.Join(shared, "out/file"));
        if (outside)
        {
            Linux.Mounts.Unmount(Path.Join(shared, "out"), UnmountFlags.Detach);
        }

        await _scene.EndAsync(container);

        Assert.Equal(comesIn ? ["came", "mounted"] : ["mounted"], inside);
        Assert.Equal(goesOut, outside);
    }

    [Fact]
    public async Task Run_WhenEverythingIsShared_ThenTheHostSeesNoneOfTheContainersMounts()
    {
        _scene.Mount(_scene.Rootfs, "", MountFlags.Bind, _scene.Rootfs);
        Linux.Mounts.Mount("", _scene.Rootfs, "", MountFlags.Shared, "");
        var container = await _scene.StartAsync("sleep 100", spec => spec
            .WithLinux(linux => linux with { RootfsPropagation = RootfsPropagation.RecursiveShared }));
        var table = File.ReadAllLines("/proc/self/mountinfo")
            .Where(line => line.Contains(_scene.Rootfs, StringComparison.Ordinal)).ToArray();
        await _scene.EndAsync(container);

        Assert.Single(table);
    }

    [Theory]
    [InlineData(RootfsPropagation.Shared)]
    [InlineData(RootfsPropagation.RecursiveShared)]
    public async Task Run_WhenTheHostSharesItsMounts_ThenTheyAreThereAfterwards(RootfsPropagation propagation)
    {
        var shared = _scene.Shared("shared");
        var below = Directory.CreateDirectory(Path.Join(shared, "below")).FullName;
        _scene.Mount(below, "tmpfs");
        var before = Kept(shared);
        await _scene.RunAsync("true", spec => spec.WithLinux(linux => linux with { RootfsPropagation = propagation }));

        Assert.Contains(before, line => line.Contains($" {below} ", StringComparison.Ordinal));
        Assert.Equal(before, Kept(shared));
    }

    // The host's own and the test's: others on the host mount and unmount meanwhile.
    private static string[] Kept(string shared) =>
    [
        .. File.ReadAllLines("/proc/self/mountinfo").Where(line => line.Split(' ')[4] is "/" or "/proc" or "/sys" or "/dev"
            or "/dev/pts" or "/dev/shm" or "/run" || line.Split(' ')[4].StartsWith(shared, StringComparison.Ordinal)),
    ];

    [Fact]
    [Trait("Spec", "linux.namespaces[user]")]
    public async Task Run_WhenSharedInAUserNamespace_ThenOnlyWithinIt()
    {
        var shared = _scene.Shared("shared");
        Directory.CreateDirectory(Path.Join(shared, "out"));
        Directory.CreateDirectory(Path.Join(_scene.Rootfs, "vol"));
        var lines = await _scene.RunAsync("mount -t tmpfs none /vol/out && echo mounted", spec => spec.MayMount()
            .InUserNamespace()
            .WithMounts(new MountSpec { Source = shared, Destination = "/vol", Options = ["rbind", "rshared"] })
            .WithLinux(linux => linux with { RootfsPropagation = RootfsPropagation.RecursiveShared }));

        Assert.Equal(["mounted"], lines);
        Assert.DoesNotContain(
            File.ReadAllLines("/proc/self/mountinfo"), line =>
                line.Contains($"{shared}/out", StringComparison.Ordinal));
    }

    public void Dispose() => _scene.Dispose();
}
