using ShimService.Engine.Tests.Stdio.Support;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Specs;

/// <summary>linux.maskedPaths and linux.readonlyPaths on everything that may be at them. Needs root.</summary>
[Collection(EngineCollection.Name)]
public sealed class HiddenPathTests : IDisposable
{
    private static readonly string[] Places = ["/d", "/f", "/top/sub", "/top/file", "/top/a/b/deep", "/node", "/missing"];

    private readonly SpecScene _scene = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Spec", "linux.maskedPaths")]
    public async Task Run_WhenPathsAreMasked_ThenNothingOfThemIsLeftToSee(bool readOnlyRoot)
    {
        Fill();
        var lines = await _scene.RunAsync(
            """
            for d in /d /top/sub; do echo "[$(ls -A $d)] $(stat -c %h $d)"; touch $d/new 2>/dev/null || echo refused; done
            for f in /f /top/file /top/a/b/deep; do echo "[$(cat $f)]"; done
            stat -c '%F %t:%T' /f /node; test -e /missing || echo missing; cat /top/kept /top/a/b/kept
            """,
            spec => spec.WithLinux(linux => linux with { MaskedPaths = [.. Places, "/d", "/top/sub"] }) with
            {
                Root = spec.Root! with { Readonly = readOnlyRoot },
            });

        Assert.Equal(
            [
                "[] 2", "refused", "[] 2", "refused", "[]", "[]", "[]",
                "character special file 1:3", "character special file 1:3", "missing", "kept", "kept",
            ],
            lines);
    }

    [Fact]
    [Trait("Spec", "linux.readonlyPaths")]
    public async Task Run_WhenPathsAreReadOnly_ThenTheyAreReadAndNotWritten()
    {
        Fill();
        var lines = await _scene.RunAsync(
            """
            for d in /d /top/sub; do cat $d/inner; touch $d/new 2>/dev/null || echo refused; done
            for f in /f /top/file /top/a/b/deep; do cat $f; (echo x > $f) 2>/dev/null || echo refused; done
            chmod 700 /fifo 2>/dev/null || echo refused; chmod 700 /node 2>/dev/null || echo refused
            test -e /missing || echo missing; touch /top/kept /top/a/b/kept && echo written
            """,
            spec => spec.WithLinux(linux => linux with { ReadonlyPaths = [.. Places, "/fifo", "/d"] }));

        Assert.Equal(
            [
                "inner", "refused", "inner", "refused", "content", "refused", "content", "refused", "content", "refused",
                "refused", "refused", "missing", "written",
            ],
            lines);
    }

    [Fact]
    [Trait("Spec", "linux.readonlyPaths")]
    public async Task Run_WhenAReadOnlyPathHasAMountBelow_ThenThatStaysAsItWas()
    {
        Fill();
        var lines = await _scene.RunAsync(
            "touch /d/x 2>/dev/null || echo refused; touch /d/below/x && echo written; " + SpecChanges.MountTable,
            spec => spec.WithMounts(
                new MountSpec { Type = "tmpfs", Destination = "/d/below", Options = ["nosuid", "noexec"] })
                .WithLinux(linux => linux with { ReadonlyPaths = ["/d"] }));

        Assert.Equal(["refused", "written"], lines[..2]);
        Assert.StartsWith("/d/below rw,nosuid,noexec,relatime ",
            lines.Last(line => line.StartsWith("/d/below ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    public void Dispose() => _scene.Dispose();

    private void Fill()
    {
        foreach (var directory in (string[])["d", "top/sub"])
        {
            Directory.CreateDirectory(Path.Join(_scene.Rootfs, directory));
            File.WriteAllText(Path.Join(_scene.Rootfs, directory, "inner"), "inner\n");
        }

        Directory.CreateDirectory(Path.Join(_scene.Rootfs, "top/a/b"));
        foreach (var file in (string[])["f", "top/file", "top/a/b/deep"])
        {
            File.WriteAllText(Path.Join(_scene.Rootfs, file), "content\n");
        }

        foreach (var file in (string[])["top/kept", "top/a/b/kept"])
        {
            File.WriteAllText(Path.Join(_scene.Rootfs, file), "kept\n");
        }

        HostFiles.MakeNode(Path.Join(_scene.Rootfs, "node"), 1, 5);
        Native.MakeFifo(Path.Join(_scene.Rootfs, "fifo"));
    }
}
