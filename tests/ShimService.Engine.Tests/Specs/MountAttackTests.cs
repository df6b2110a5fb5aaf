using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Specs;

/// <summary>Images and volumes that want a mount, a device or a mask to land elsewhere. Needs root.</summary>
[Collection(EngineCollection.Name)]
public sealed class MountAttackTests : IDisposable
{
    private readonly SpecScene _scene = new();

    /// <summary>The host's directory that nothing of a container may reach.</summary>
    private string Outside => _scene.Directory("outside");

    [Theory]
    [InlineData("/proc", "proc")]
    [InlineData("/sys", "sysfs")]
    [Trait("Spec", "mounts[].destination")]
    [Trait("CVE", "CVE-2019-19921")]
    [Trait("CVE", "CVE-2023-27561")]
    [Trait("CVE", "CVE-2023-28642")]
    public async Task Create_WhenTheImagesProcOrSysIsALink_ThenNothingIsMountedThroughIt(string place, string type)
    {
        var inside = Directory.CreateDirectory(Path.Join(_scene.Rootfs, "decoy")).FullName;
        Link(place, "/decoy");
        var failure = await _scene.RefusedAsync(spec => spec);
        var bound = await _scene.RefusedAsync(spec => spec.WithoutMount(place).WithoutMount("/sys/fs/cgroup").WithMounts(
            new MountSpec { Source = place, Destination = place, Options = ["rbind"], Type = type }));

        Assert.Equal($"mount {place}", failure.Step);
        Assert.Equal($"mount {place}", bound.Step);
        Assert.Empty(Directory.GetFileSystemEntries(inside));
    }

    [Theory]
    [InlineData("/stage/link", "/proc")]
    [InlineData("/stage/link/sys", "/proc")]
    [InlineData("/stage/link/../proc/self/attr", "/")]
    [Trait("Spec", "mounts[].destination")]
    [Trait("CVE", "CVE-2019-16884")]
    [Trait("CVE", "CVE-2025-52881")]
    public async Task Create_WhenALinkLeadsAMountBelowProc_ThenRefused(string destination, string target)
    {
        Directory.CreateDirectory(Path.Join(_scene.Rootfs, "stage"));
        Link("/stage/link", target);
        var path = destination.Replace("/..", "", StringComparison.Ordinal);
        var failure = await _scene.RefusedAsync(spec => spec.WithMounts(
            new MountSpec { Source = Outside, Destination = path, Options = ["bind"] }));

        Assert.Equal(ErrorKind.InvalidArgument, failure.Kind);
        Assert.Contains("/proc", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "mounts[].destination")]
    [Trait("CVE", "CVE-2019-16884")]
    [Trait("CVE", "CVE-2025-52881")]
    public async Task Create_WhenAVolumeHoldsALinkBelowProc_ThenRefused()
    {
        var volume = _scene.Directory("volume");
        File.CreateSymbolicLink(Path.Join(volume, "x"), "/proc/self");
        var failure = await _scene.RefusedAsync(spec => spec.WithMounts(
            new MountSpec { Source = volume, Destination = "/volume", Options = ["bind"] },
            new MountSpec { Type = "tmpfs", Destination = "/volume/x/attr" }));

        Assert.Contains("/proc/self/attr", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a/link/mounted", "../../../../..", "/mounted")]
    [InlineData("/a/link/mounted", "/a/b", "/a/b/mounted")]
    [InlineData("/a/link", "/not/there/yet", "/not/there/yet")]
    [InlineData("/a/link/deep/er", "/not", "/not/deep/er")]
    [Trait("Spec", "mounts[].destination")]
    [Trait("CVE", "CVE-2019-18837")]
    [Trait("CVE", "CVE-2024-45310")]
    public async Task Run_WhenALinkLeadsOut_ThenItIsTakenWithinTheRoot(
        string destination, string target, string expected)
    {
        Directory.CreateDirectory(Path.Join(_scene.Rootfs, "a/b"));
        Link("/a/link", target);
        var source = _scene.Directory("source");
        File.WriteAllText(Path.Join(source, "file"), "");
        var lines = await _scene.RunAsync($"test -e {expected}/file && echo there; {SpecChanges.MountTable}", spec =>
            spec.WithMounts(new MountSpec { Source = source, Destination = destination, Options = ["bind"] }));

        Assert.Equal("there", lines[0]);
        Assert.Contains(lines, line => line.StartsWith(expected + " ", StringComparison.Ordinal));
        Assert.False(Directory.Exists("/not") || Directory.Exists("/mounted"), "made on the host");
    }

    [Fact]
    [Trait("Spec", "mounts[].destination")]
    public async Task Create_WhenLinksLeadInACircle_ThenRefusedWithTheField()
    {
        Link("/one", "/two");
        Link("/two", "/one");
        var failure = await _scene.RefusedAsync(spec => spec.WithMounts(
            new MountSpec { Type = "tmpfs", Destination = "/one/x" }));

        Assert.EndsWith(".destination", failure.Field, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "mounts[].destination")]
    public async Task Run_WhenALinkLeadsIntoAnEarlierMount_ThenTheLaterIsMountedThere()
    {
        // As images have it, and as clusters mount their secrets.
        Link("/var/run", "/run");
        var lines = await _scene.RunAsync("ls /run; ls /var/run/secrets/x", spec => spec.WithMounts(
            new MountSpec { Type = "tmpfs", Destination = "/run" },
            new MountSpec { Source = _scene.Write("secret", ""), Destination = "/var/run/secrets/x", Options = ["bind"] }));

        Assert.Equal(["secrets", "/var/run/secrets/x"], lines);
        Assert.False(Directory.Exists(Path.Join(_scene.Rootfs, "run/secrets")));
    }

    [Fact]
    [Trait("Spec", "mounts[].destination")]
    [Trait("CVE", "CVE-2021-30465")]
    public async Task Run_WhenALinkIsExchangedAllTheTime_ThenNoMountEverLandsOutside()
    {
        // Another container's process would do this in a volume that both have.
        var volume = _scene.Directory("volume");
        var place = Path.Join(volume, "place");
        var outside = Outside;
        File.CreateSymbolicLink(Path.Join(volume, "evil"), "/");
        Directory.CreateDirectory(place);
        using var stop = new CancellationTokenSource();
        var attacker = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                HostFiles.Exchange(place, Path.Join(volume, "evil"));
            }
        });
        attacker.Start();
        var (made, refused) = (0, 0);
        try
        {
            for (var i = 0; i < 30; i++)
            {
                try
                {
                    var lines = await _scene.RunAsync(SpecChanges.MountTable, spec => spec.WithMounts(
                        new MountSpec { Source = volume, Destination = "/volume", Options = ["bind"] },
                        new MountSpec { Source = outside, Destination = "/volume/place/proc", Options = ["bind"] }));
                    Assert.All(lines.Where(line => line.StartsWith("/proc ", StringComparison.Ordinal)),
                        line => Assert.Contains(" proc ", line, StringComparison.Ordinal));
                    made++;
                }
                catch (TaskException)
                {
                    refused++;
                }
            }
        }
        finally
        {
            stop.Cancel();
            attacker.Join();
        }

        Assert.Equal(30, made + refused);
        Assert.DoesNotContain(File.ReadAllLines("/proc/self/mountinfo"),
            line => line.Contains(" /proc/proc ", StringComparison.Ordinal)
                || line.Contains(outside + " ", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Spec", "linux.devices")]
    [Trait("CVE", "CVE-2026-41579")]
    [Trait("CVE", "CVE-2026-47766")]
    public async Task Create_WhenTheImagesDevIsALink_ThenNoDeviceIsMadeThroughIt()
    {
        var outside = Outside;
        var decoy = Directory.CreateDirectory(Path.Join(_scene.Rootfs, "decoy")).FullName;
        foreach (var target in (string[])[outside, "/decoy"])
        {
            Link("/dev", target);
            var withoutDev = await _scene.RefusedAsync(spec => spec.WithoutMount("/dev").WithoutMount("/dev/pts")
                .WithoutMount("/dev/shm").WithoutMount("/dev/mqueue"));
            var withDev = await _scene.RefusedAsync(spec => spec);

            Assert.StartsWith("make device /dev/", withoutDev.Step, StringComparison.Ordinal);
            Assert.Equal("mount /dev", withDev.Step);
        }

        Assert.Empty(Directory.GetFileSystemEntries(outside));
        Assert.Empty(Directory.GetFileSystemEntries(decoy));
    }

    [Fact]
    [Trait("Spec", "linux.maskedPaths")]
    [Trait("CVE", "CVE-2025-31133")]
    public async Task Run_WhenTheImagesNullIsALink_ThenMasksAreTheRealNull()
    {
        Link("/dev/null", "/etc/passwd");
        var lines = await _scene.RunAsync(
            "stat -c '%F %t:%T' /proc/meminfo /dev/null; echo x > /proc/meminfo; cat /etc/passwd | head -1",
            spec => spec.WithLinux(linux => linux with { MaskedPaths = ["/proc/meminfo"] }));
        var withoutDev = await Record.ExceptionAsync(() => _scene.RunAsync("echo x > /proc/meminfo; cat /etc/passwd",
            spec =>
                spec.WithoutMount("/dev").WithoutMount("/dev/pts").WithoutMount("/dev/shm").WithoutMount("/dev/mqueue")
                .WithLinux(linux => linux with { MaskedPaths = ["/proc/meminfo"] })));

        Assert.Equal(["character special file 1:3", "character special file 1:3"], lines[..2]);
        Assert.StartsWith("root:", lines[2], StringComparison.Ordinal);
        Assert.IsType<TaskException>(withoutDev);
        Assert.StartsWith("root:", File.ReadAllText(Path.Join(_scene.Rootfs, "etc/passwd")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc/hidden", true)]
    [InlineData("/etc/kept", false)]
    [Trait("Spec", "linux.maskedPaths")]
    [Trait("Spec", "linux.readonlyPaths")]
    public async Task Create_WhenAPathToBeHiddenIsALink_ThenRefused(string path, bool masked)
    {
        Link(path, "/etc/passwd");
        var failure = await _scene.RefusedAsync(spec => spec.WithLinux(linux => masked
            ? linux with { MaskedPaths = [path] }
            : linux with { ReadonlyPaths = [path] }));

        Assert.Contains(path, failure.Step, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "process.terminal")]
    [Trait("CVE", "CVE-2025-52565")]
    public async Task Create_WhenTheImagesConsoleIsALink_ThenItIsNotMountedOn()
    {
        var target = Path.Join(_scene.Rootfs, "etc/target");
        File.WriteAllText(target, "");
        Link("/dev/console", "/etc/target");
        var failure = await Assert.ThrowsAsync<TaskException>(() => _scene.CreateAsync("true", spec => spec
            .WithoutMount("/dev").WithMounts(
                new MountSpec { Type = "devpts", Destination = "/dev/pts", Options = ["newinstance"] })
            with { Process = spec.Process! with { Terminal = true } }, terminal: true));

        Assert.Equal("mount /dev/console", failure.Step);
    }

    [Fact]
    [Trait("Spec", "process.cwd")]
    [Trait("CVE", "CVE-2024-21626")]
    public async Task Create_WhenTheWorkingDirectoryIsADescriptor_ThenNoneOfTheHostIsThere()
    {
        for (var number = 3; number < 20; number++)
        {
            var seen = await Record.ExceptionAsync(() => _scene.RunAsync("pwd -P", spec => spec with
            {
                Process = spec.Process! with { Cwd = $"/proc/self/fd/{number}" },
            }));

            Assert.IsType<TaskException>(seen);
        }
    }

    [Theory]
    [InlineData("/proc/meminfo", true)]
    [InlineData("/proc/sys/kernel/ns_last_pid", true)]
    [InlineData("/proc/self/attr", false)]
    [InlineData("/proc/sysrq-trigger", false)]
    [InlineData("/proc/sys", false)]
    [Trait("Spec", "mounts[].destination")]
    [Trait("CVE", "CVE-2019-16884")]
    [Trait("CVE", "CVE-2025-52881")]
    public async Task Run_WhenAFileIsBoundBelowProc_ThenOnlyWhereLxcfsDoes(string path, bool allowed)
    {
        var file = _scene.Write("served", "served\n");
        Spec Bound(Spec spec) => spec.WithMounts(
            new MountSpec { Source = file, Destination = path, Options = ["bind", "ro"] });
        if (allowed)
        {
            Assert.Equal(["served"], await _scene.RunAsync($"cat {path}", Bound));
        }
        else
        {
            Assert.Contains(path, (await _scene.RefusedAsync(Bound)).Message, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _scene.Dispose();

    private void Link(string path, string target)
    {
        var link = _scene.Rootfs + path;
        if (Directory.Exists(link) && new FileInfo(link).LinkTarget is null)
        {
            Directory.Delete(link);
        }

        File.Delete(link);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, target);
    }
}
