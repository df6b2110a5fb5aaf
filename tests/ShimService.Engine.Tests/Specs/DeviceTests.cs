using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Specs;

/// <summary>linux.devices and the devices every container has. Needs root.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "linux.devices")]
public sealed class DeviceTests : IDisposable
{
    private const string Show = "stat -c '%n %F %t:%T %a %u:%g'";

    private readonly SpecScene _scene = new();

    [Fact]
    public async Task Run_WhenDevicesAreGiven_ThenKindNumbersModeAndOwnerAreTheSpecs()
    {
        var lines = await _scene.RunAsync($"{Show} /dev/mine/c /dev/u /dev/b /dev/p /opt/far/away", spec => spec.With(
            new LinuxDevice
            {
                Kind = DeviceKind.Character, Path = "/dev/mine/c", Major = 10, Minor = 666,
                FileMode = 0x1B6, Uid = 5, Gid = 6,
            },
            new LinuxDevice { Kind = DeviceKind.Character, Path = "/dev/u", Major = 10, Minor = 667 },
            new LinuxDevice { Kind = DeviceKind.Block, Path = "/dev/b", Major = 8, Minor = 666, FileMode = 0x180 },
            new LinuxDevice { Kind = DeviceKind.Fifo, Path = "/dev/p", FileMode = 0x1A4, Uid = 1 },
            new LinuxDevice { Kind = DeviceKind.Character, Path = "/opt/far/away", Major = 1, Minor = 3 }));

        Assert.Equal(
            [
                "/dev/mine/c character special file a:29a 666 5:6", "/dev/u character special file a:29b 666 0:0",
                "/dev/b block special file 8:29a 600 0:0", "/dev/p fifo 0:0 644 1:0",
                "/opt/far/away character special file 1:3 666 0:0",
            ],
            lines);
    }

    [Fact]
    public async Task Run_WhenNoneAreGiven_ThenTheDefaultOnesAndTheLinksAreThere()
    {
        var lines = await _scene.RunAsync(
            $"cd /dev; {Show} null zero full random urandom tty; "
            + "for l in fd stdin stdout stderr ptmx; do readlink $l; done; "
            + "test -e console || echo no console",
            spec => spec.With());

        Assert.Equal(
            [
                "null character special file 1:3 666 0:0", "zero character special file 1:5 666 0:0",
                "full character special file 1:7 666 0:0", "random character special file 1:8 666 0:0",
                "urandom character special file 1:9 666 0:0", "tty character special file 5:0 666 0:0",
                "/proc/self/fd", "/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/fd/2", "pts/ptmx", "no console",
            ],
            lines);
    }

    [Fact]
    public async Task Run_WhenADefaultOneIsGiven_ThenItIsAsGiven()
    {
        var lines = await _scene.RunAsync($"{Show} /dev/null /dev/tty; readlink /dev/ptmx", spec => spec.With(
            new LinuxDevice
            {
                Kind = DeviceKind.Character, Path = "/dev/null", Major = 1, Minor = 3,
                FileMode = 0x1B0, Uid = 7, Gid = 8,
            },
            new LinuxDevice { Kind = DeviceKind.Character, Path = "/dev/tty", Major = 5, Minor = 0 },
            new LinuxDevice { Kind = DeviceKind.Character, Path = "/dev/ptmx", Major = 5, Minor = 2 }));

        Assert.Equal(
            [
                "/dev/null character special file 1:3 660 7:8", "/dev/tty character special file 5:0 666 0:0",
                "pts/ptmx",
            ],
            lines);
    }

    [Fact]
    public async Task Create_WhenSomethingElseIsAtItsPlace_ThenRefused()
    {
        await File.WriteAllTextAsync(Path.Join(_scene.Rootfs, "etc/node"), "");
        var failure = await _scene.RefusedAsync(spec => spec.With(
            new LinuxDevice { Kind = DeviceKind.Character, Path = "/etc/node", Major = 1, Minor = 3 }));

        Assert.Equal("linux.devices[0].path", failure.Field);
        Assert.True(File.Exists(Path.Join(_scene.Rootfs, "etc/node")));
    }

    [Fact]
    public async Task Run_WhenTheRootHasTheNodeFromTheLastTime_ThenItIsUsedAgain()
    {
        Spec Far(Spec spec) => spec.With(
            new LinuxDevice { Kind = DeviceKind.Character, Path = "/opt/node", Major = 10, Minor = 666 });
        var first = await _scene.RunAsync($"{Show} /opt/node", Far);
        var second = await _scene.RunAsync($"{Show} /opt/node", Far);

        Assert.Equal(["/opt/node character special file a:29a 666 0:0"], first);
        Assert.Equal(first, second);
    }

    [Theory]
    [InlineData(DeviceKind.Character, "/dev/mine", 10, 666)]
    [InlineData(DeviceKind.Character, "/dev/full", 1, 8)]
    [InlineData(DeviceKind.Block, "/dev/full", 1, 7)]
    [Trait("Spec", "linux.namespaces[user]")]
    public async Task Create_WhenTheHostHasNoSuchNodeForAUserNamespace_ThenRefusedWithTheField(
        DeviceKind kind, string path, uint major, uint minor)
    {
        var failure = await _scene.RefusedAsync(spec => spec.InUserNamespace().With(
            new LinuxDevice { Kind = DeviceKind.Fifo, Path = "/dev/p" },
            new LinuxDevice { Kind = kind, Path = path, Major = major, Minor = minor }));

        Assert.Equal("linux.devices[1].path", failure.Field);
    }

    [Fact]
    [Trait("Spec", "linux.namespaces[user]")]
    public async Task Run_WhenTheUserNamespaceIsNew_ThenTheHostsNodesAreThere()
    {
        var lines = await _scene.RunAsync(
            "stat -c '%F %t:%T' /dev/null /dev/full; stat -c '%F %u' /dev/p; "
            + "echo x > /dev/null && echo writes; head -c 1 /dev/zero | wc -c",
            spec => spec.InUserNamespace().With(new LinuxDevice { Kind = DeviceKind.Fifo, Path = "/dev/p", Uid = 5 }));

        Assert.Equal(["character special file 1:3", "character special file 1:7", "fifo 5", "writes", "1"], lines);
    }

    public void Dispose() => _scene.Dispose();
}
