using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Specs;

/// <summary>What a tmpfs looks like, and what tmpcopyup puts into it. Needs root.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "mounts[].options")]
public sealed class TmpfsTests : IDisposable
{
    private readonly SpecScene _scene = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_WhenCopiedUp_ThenTheTmpfsHasWhatItHides(bool userNamespace)
    {
        Fill("var/data");
        if (userNamespace)
        {
            // Its root has to get in; what it finds there may be anybody's.
            HostFiles.Chown(Path.Join(_scene.Rootfs, "var/data"), 100000, 100000);
            HostFiles.Chown(Path.Join(_scene.Rootfs, "var/data/sub/file"), 100042, 100043);
        }

        var lines = await _scene.RunAsync(
            """
            cd /var/data; cat sub/file; readlink link; stat -c '%a %u %g %Y' sub/file; stat -c '%a' sub . exec
            test -p fifo && echo fifo; stat -f -c %T .; echo changed > sub/file; touch new && echo wrote
            """,
            spec => spec.WithMounts(new MountSpec
            {
                Type = "tmpfs", Source = "tmpfs", Destination = "/var/data", Options = ["tmpcopyup", "nosuid"],
            }).When(userNamespace, SpecChanges.InUserNamespace));

        Assert.Equal(
            ["content", "../elsewhere", $"640 {(userNamespace ? "42 43" : "0 0")} 1000000000", "751", "700", "4755", "fifo", "tmpfs", "wrote"],
            lines);
        Assert.Equal("content\n", await File.ReadAllTextAsync(Path.Join(_scene.Rootfs, "var/data/sub/file")));
        Assert.False(File.Exists(Path.Join(_scene.Rootfs, "var/data/new")));
    }

    [Fact]
    public async Task Run_WhenCopiedUpReadOnly_ThenItIsFullAndReadOnly()
    {
        Fill("var/data");
        var lines = await _scene.RunAsync("cat /var/data/sub/file; touch /var/data/x 2>/dev/null || echo read-only; ls /missing",
            spec => spec.WithMounts(
                new MountSpec { Type = "tmpfs", Destination = "/var/data", Options = ["tmpcopyup", "ro"] },
                new MountSpec { Type = "tmpfs", Destination = "/missing", Options = ["tmpcopyup"] }));

        Assert.Equal(["content", "read-only"], lines);
    }

    [Fact]
    public async Task Create_WhenTheTmpfsIsTooSmallForTheCopy_ThenRefusedWithTheWayOut()
    {
        var directory = Directory.CreateDirectory(Path.Join(_scene.Rootfs, "var/data")).FullName;
        await File.WriteAllBytesAsync(Path.Join(directory, "large"), new byte[1 << 20]);
        var failure = await _scene.RefusedAsync(spec => spec.WithMounts(
            new MountSpec { Type = "tmpfs", Destination = "/var/data", Options = ["tmpcopyup", "size=64k"] }));

        Assert.Equal("ENOSPC", failure.Errno);
        Assert.Contains("/var/data", failure.Step, StringComparison.Ordinal);
        Assert.Contains("size", failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenADirectoryIsHidden_ThenTheTmpfsHasItsMode()
    {
        File.SetUnixFileMode(
            Directory.CreateDirectory(Path.Join(_scene.Rootfs, "narrow")).FullName, (UnixFileMode)0x1C8);
        var lines = await _scene.RunAsync("stat -c %a /narrow /told /new", spec => spec.WithMounts(
            new MountSpec { Type = "tmpfs", Destination = "/narrow" },
            new MountSpec { Type = "tmpfs", Destination = "/told", Options = ["mode=0701"] },
            new MountSpec { Type = "tmpfs", Destination = "/new" }));

        Assert.Equal(["710", "701", "1777"], lines);
    }

    [Fact]
    [Trait("Spec", "root.readonly")]
    [Trait("Spec", "linux.devices")]
    public async Task Run_WhenRootAndDevAreReadOnly_ThenDevicesAreThereAllTheSame()
    {
        var lines = await _scene.RunAsync(
            "for p in / /dev /var; do touch $p/x 2>/dev/null || echo $p; done; echo ok > /dev/null && echo works; test -c /dev/mine && echo mine",
            spec =>
                spec.WithoutMount("/dev").WithoutMount("/dev/pts").WithoutMount("/dev/shm").WithoutMount("/dev/mqueue")
                .WithMounts(new MountSpec { Type = "tmpfs", Destination = "/dev", Options = ["ro", "mode=755"] })
                .WithLinux(linux => linux with
                {
                    Devices =
                        [new LinuxDevice { Kind = DeviceKind.Character, Path = "/dev/mine", Major = 1, Minor = 3 }],
                })
                with { Root = spec.Root! with { Readonly = true } });

        Assert.Equal(["/", "/dev", "/var", "works", "mine"], lines);
    }

    public void Dispose() => _scene.Dispose();

    private void Fill(string path)
    {
        var directory = Directory.CreateDirectory(Path.Join(_scene.Rootfs, path)).FullName;
        var sub = Directory.CreateDirectory(Path.Join(directory, "sub")).FullName;
        var file = Path.Join(sub, "file");
        File.WriteAllText(file, "content\n");
        File.SetUnixFileMode(file, (UnixFileMode)0x1A0);
        File.SetLastWriteTimeUtc(file, DateTimeOffset.FromUnixTimeSeconds(1000000000).UtcDateTime);
        File.WriteAllText(Path.Join(directory, "exec"), "");
        File.SetUnixFileMode(Path.Join(directory, "exec"), (UnixFileMode)0x9ED);
        File.CreateSymbolicLink(Path.Join(directory, "link"), "../elsewhere");
        Stdio.Support.Native.MakeFifo(Path.Join(directory, "fifo"));
        File.SetUnixFileMode(sub, (UnixFileMode)0x1E9);
        File.SetUnixFileMode(directory, (UnixFileMode)0x1C0);
    }
}
