using ShimService.Engine.Launching;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Tests.Launching;

/// <summary>Root; mounts below a directory of its own, taken away again.</summary>
public sealed class RootfsMountsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("rootfs-").FullName;
    private readonly List<string> _mounted = [];

    public void Dispose()
    {
        for (var index = _mounted.Count - 1; index >= 0; index--)
        {
            Mounts.Unmount(_mounted[index], UnmountFlags.Detach | UnmountFlags.NoFollow);
        }

        Assert.DoesNotContain(_directory, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void Mount_WhenABindIsReadOnly_ThenItIs()
    {
        File.WriteAllText(Make("source") + "/f", "x");

        Mount("bind", "source", "", "rbind", "ro", "nosuid", "X-containerd.note=1");

        Assert.Equal("x", File.ReadAllText($"{_directory}/rootfs/f"));
        Assert.Throws<IOException>(() => File.WriteAllText($"{_directory}/rootfs/g", ""));
        Assert.Contains("ro,nosuid", MountLine("rootfs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Mount_WhenTheBindIsMeantToBePrivate_ThenItIsInNoPeerGroup()
    {
        Make("source");

        Mount("bind", "source", "", "bind", "private");

        Assert.DoesNotContain("shared:", MountLine("rootfs"), StringComparison.Ordinal);
    }

    [Fact]
    public void Mount_WhenAnOverlayHasMoreLayersThanAPageHoldsPathsOf_ThenAllAreThere()
    {
        var layers = Enumerable.Range(0, 100).Select(layer => Make($"layers/{new string('l', 40)}{layer}/fs")).ToList();
        for (var layer = 0; layer < layers.Count; layer++)
        {
            File.WriteAllText($"{layers[layer]}/f{layer}", "");
        }

        var options = "lowerdir=" + string.Join(':', layers);
        Assert.InRange(options.Length, 4097, int.MaxValue);
        Mount("overlay", "overlay", "", $"upperdir={Make("upper")}", $"workdir={Make("work")}", options);

        Assert.Equal(100, Directory.GetFiles($"{_directory}/rootfs").Length);
        File.WriteAllText($"{_directory}/rootfs/new", "");
        Assert.True(File.Exists($"{_directory}/upper/new"));
    }

    [Fact]
    public void Mount_WhenTheTargetIsALinkOutOfTheRootfs_ThenItStaysInside()
    {
        Make("source");
        Make("rootfs/inside");
        Make("outside");
        File.CreateSymbolicLink($"{_directory}/rootfs/link", "/inside");

        Assert.Equal($"{_directory}/rootfs/inside", Mount("bind", "source", "/../link", "bind"));
    }

    [Fact]
    public void Mount_WhenTheTargetIsNotThere_ThenTheFieldSaysSo()
    {
        Make("source");

        var failure = Assert.Throws<TaskException>(() => Mount("bind", "source", "none", "bind"));

        Assert.Equal("rootfs.target", failure.Field);
    }

    [Theory]
    [InlineData("uidmap=0:100000:65536")]
    [InlineData("gidmap=0:100000:65536")]
    [InlineData("uidmap=0:100000", "gidmap=0:100000:65536")]
    [InlineData("uidmap=0:100000:0", "gidmap=0:100000:65536")]
    [InlineData("uidmap=0:-1:5", "gidmap=0:100000:65536")]
    [InlineData("uidmap=0:4294967296:5", "gidmap=0:100000:65536")]
    public void Mount_WhenAMapIsNoneOrAlone_ThenRefusedByName(params string[] options)
    {
        var failure = Assert.Throws<TaskException>(() => Mount("ext4", "source", "", options));

        Assert.Equal(ErrorKind.InvalidArgument, failure.Kind);
        Assert.Equal("rootfs.options", failure.Field);
        Assert.Contains("map", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("below")]
    public void Mount_WhenABindBelowIsReadOnly_ThenItIs(string target)
    {
        Make("source");
        Make("rootfs/below");

        Mount("bind", "source", target, "bind", "ro");

        Assert.Throws<IOException>(() => File.WriteAllText($"{_directory}/rootfs/{target}/g", ""));
    }

    [Fact]
    public void Mount_WhenTheLoopFileIsGone_ThenTheErrorNamesIt()
    {
        var failure = Assert.Throws<KernelException>(() => Mount("ext4", "image", "", "loop"));

        Assert.Equal(Errno.ENOENT, failure.Errno);
        Assert.Contains("image", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mount_WhenTheTypeIsUnknown_ThenTheKernelsWord()
    {
        var failure = Assert.Throws<KernelException>(() => Mount("nosuchfs", "source", ""));

        Assert.Equal(Errno.ENODEV, failure.Errno);
    }

    private string Make(string name) => Directory.CreateDirectory(Path.Combine(_directory, name)).FullName;

    private string Mount(string type, string source, string target, params string[] options)
    {
        var rootfs = Make("rootfs");
        var mount = new RootfsMount(type, Path.Combine(_directory, source), target, options);
        var mounted = RootfsMounts.Mount(mount, RootfsMountOptions.Parse(mount), rootfs, userNamespace: null);
        _mounted.Add(mounted);
        return mounted;
    }

    private string MountLine(string name) => File.ReadLines("/proc/self/mountinfo")
        .Last(line => line.Contains($" {_directory}/{name} ", StringComparison.Ordinal));
}
