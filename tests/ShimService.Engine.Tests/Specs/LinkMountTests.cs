using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Specs;

/// <summary>Bind mounts from and onto symbolic links: copy-symlink, src-nofollow, dest-nofollow. Needs root.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "mounts[].options")]
public sealed class LinkMountTests : IDisposable
{
    private readonly SpecScene _scene = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_WhenALinkIsCopied_ThenTheContainersLeadsItsOwnWay(bool userNamespace)
    {
        var link = Link("../etc/passwd");
        if (userNamespace)
        {
            HostFiles.Chown(_scene.Rootfs, 100000, 100000);
        }

        Spec Copied(Spec spec) => spec.WithMounts(
            Bind(link, "/opt/there", "copy-symlink"), Bind(_scene.Write("plain", "plain"), "/plain", "copy-symlink"))
            .When(userNamespace, SpecChanges.InUserNamespace);
        var lines = await _scene.RunAsync("readlink /opt/there; head -n 1 /opt/there; cat /plain", Copied);
        var again = await _scene.RunAsync("readlink /opt/there", Copied);

        Assert.Equal(["../etc/passwd", "root:x:0:0::/root:/bin/sh", "plain"], lines);
        Assert.Equal(["../etc/passwd"], again);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("/other")]
    [InlineData("/var")]
    public async Task Create_WhenSomethingElseIsWhereALinkIsCopiedTo_ThenRefusedAndItStays(string destination)
    {
        File.CreateSymbolicLink(Path.Join(_scene.Rootfs, "other"), "/elsewhere");
        var failure = await _scene.RefusedAsync(spec => spec.WithMounts(Bind(Link("/etc"), destination, "copy-symlink")));

        Assert.EndsWith(".destination", failure.Field, StringComparison.Ordinal);
        Assert.Equal("/elsewhere", new FileInfo(Path.Join(_scene.Rootfs, "other")).LinkTarget);
        Assert.True(File.Exists(Path.Join(_scene.Rootfs, "etc/passwd")));
    }

    [Fact]
    public async Task Run_WhenTheSourceIsNotFollowed_ThenTheLinkItselfIsThere()
    {
        var lines = await _scene.RunAsync(
            "readlink /there; cat /followed",
            spec => spec.WithMounts(
                Bind(Link("/no/such/place"), "/there", "src-nofollow"),
                Bind(_scene.Write("plain", "plain"), "/followed", "src-nofollow")));

        Assert.Equal(["/no/such/place", "plain"], lines);
    }

    [Fact]
    public async Task Run_WhenTheDestinationIsNotFollowed_ThenTheLinkIsMountedOn()
    {
        File.CreateSymbolicLink(Path.Join(_scene.Rootfs, "var/link"), "/etc/passwd");
        var source = _scene.Write("plain", "plain");
        var lines = await _scene.RunAsync(
            "cat /var/link; echo; cat /etc/passwd | head -n 1; " + SpecChanges.MountTable,
            spec => spec.WithMounts(Bind(source, "/var/link", "dest-nofollow"), Bind(source, "/var/new", "dest-nofollow")));

        Assert.Equal(["plain", "root:x:0:0::/root:/bin/sh"], lines[..2]);
        Assert.Contains(lines, line => line.StartsWith("/var/link ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("/var/new ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("copy-symlink")]
    [InlineData("src-nofollow")]
    [InlineData("dest-nofollow")]
    public async Task Create_WhenItIsNoBindMount_ThenRefusedWithTheField(string word)
    {
        var failure = await _scene.RefusedAsync(spec => spec.WithMounts(
            new MountSpec { Type = "tmpfs", Destination = "/data", Options = [word] }));

        Assert.EndsWith(".options", failure.Field, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenBothKindsOfBindAreNamed_ThenWhatIsBelowComesToo()
    {
        var source = _scene.Mount(_scene.Directory("outer"), "tmpfs");
        _scene.Mount(Directory.CreateDirectory(Path.Join(source, "inner")).FullName, "tmpfs");
        var lines = await _scene.RunAsync(SpecChanges.MountTable, spec => spec.WithMounts(
            new MountSpec { Source = source, Destination = "/m", Options = ["rbind", "bind"] }));

        Assert.Contains(lines, line => line.StartsWith("/m/inner ", StringComparison.Ordinal));
    }

    public void Dispose() => _scene.Dispose();

    private static MountSpec Bind(string source, string destination, string word) =>
        new() { Source = source, Destination = destination, Options = ["bind", word] };

    private string Link(string content)
    {
        var path = Path.Join(_scene.Directory("links"), "link");
        File.CreateSymbolicLink(path, content);
        return path;
    }
}
