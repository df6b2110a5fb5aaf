using ShimService.Engine.Tests.Specs;
using ShimService.Engine.Tests.Support;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Tests.Launching;

/// <summary>Rootfs mounts whose owners are mapped, and images in files. Needs root.</summary>
[Collection(EngineCollection.Name)]
public sealed class MappedRootfsTests : IDisposable
{
    private static readonly string[] Maps = ["uidmap=0:100000:65536", "gidmap=0:200000:1000,1000:300000:10"];
    private readonly string _directory = Directory.CreateTempSubdirectory("mapped-rootfs-").FullName;

    public void Dispose()
    {
        Assert.DoesNotContain(_directory, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Create_WhenABindIsMapped_ThenItsOwnersAreShifted()
    {
        using var container = Container(new RootfsMount("bind", BusyboxRoot.Path, "", ["rbind", .. Maps]));

        var (status, output) = await container.RunAsync();

        Assert.Equal((0, "100000 200000\n"), (status, output));
        Assert.DoesNotContain(container.Bundle, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WhenAnOverlayIsMapped_ThenItsLayersAreAndNothingOfItIsLeft()
    {
        var places = TemporaryPlaces();
        string upper = Make("upper"), work = Make("work"), lower = Make("a:b");
        File.WriteAllText(Path.Join(lower, "of-the-top"), "");
        using var container = Container(new RootfsMount("overlay", "overlay", "", [
            $"lowerdir={lower.Replace(":", "\\:", StringComparison.Ordinal)}:{BusyboxRoot.Path}",
            $"upperdir={upper}", $"workdir={work}", .. Maps]), "of-the-top");

        var (status, output) = await container.RunAsync();

        Assert.Equal((0, "100000 200000\n100000 200000\n"), (status, output));
        Assert.Equal(places, TemporaryPlaces());
        Assert.Equal("0 0", HostFiles.Owner(Path.Join(lower, "of-the-top")));
    }

    [Fact]
    public async Task Create_WhenALayerIsGone_ThenTheErrorNamesItAndNothingIsLeft()
    {
        var places = TemporaryPlaces();
        using var container = Container(new RootfsMount("overlay", "overlay", "", [
            $"lowerdir={BusyboxRoot.Path}:{_directory}/nowhere", .. Maps]));

        var failure = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync());

        Assert.Contains("nowhere", failure.Message, StringComparison.Ordinal);
        Assert.Equal(places, TemporaryPlaces());
        Assert.Empty(Host.Cgroups(container.Id));
    }

    [Fact]
    public async Task Create_WhenTheFileSystemTakesNoMapping_ThenTheErrorTellsTheWayOut()
    {
        using var container = Container(new RootfsMount("proc", "proc", "", [.. Maps]));

        var failure = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync());

        Assert.Contains("leave uidmap and gidmap out", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(container.Bundle, File.ReadAllText("/proc/self/mountinfo"), StringComparison.Ordinal);
    }

    [LoopTheory]
    [InlineData("rw", "wrote")]
    [InlineData("ro", "read-only")]
    public async Task Create_WhenTheRootfsIsAnImageInAFile_ThenItIsMountedAndItsDeviceLetGo(string word, string expected)
    {
        var image = Path.Join(_directory, "image");
        Assert.Equal(0, await HostCommand.RunAsync(
            "/usr/sbin/mke2fs", "-q", "-t", "ext2", "-d", BusyboxRoot.Path, image, "16m"));
        using var container = InRootfs(
            new RootfsMount("ext2", image, "", ["loop", word]), "(: > /x) 2>/dev/null && echo wrote || echo read-only");

        var (status, output) = await container.RunAsync();

        Assert.Equal((0, expected + "\n"), (status, output));
        Assert.DoesNotContain(image, LoopFiles());
    }

    private static RealContainer Container(RootfsMount mount, string more = "") =>
        InRootfs(mount, $"stat -c '%u %g' /bin {more}");

    private static RealContainer InRootfs(RootfsMount mount, string script) => new(
        spec => spec with { Root = spec.Root! with { Path = "rootfs" } }, "sh", "-c", script)
    {
        Rootfs = [mount],
    };

    private static string[] TemporaryPlaces() => Directory.GetDirectories(Path.GetTempPath(), "shimservice-layers-*");

    private static IEnumerable<string> LoopFiles() => Directory.GetDirectories("/sys/block", "loop*")
        .Select(device => Path.Join(device, "loop/backing_file")).Where(File.Exists)
        .Select(file => File.ReadAllText(file).Trim());

    private string Make(string name) => Directory.CreateDirectory(Path.Join(_directory, name)).FullName;
}
