using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Specs;

/// <summary>linux.maskedPaths, as a process meets what is hidden. Needs root.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "linux.maskedPaths")]
public sealed class MaskTests : IDisposable
{
    private readonly SpecScene _scene = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_WhenAFileIsMasked_ThenItIsEmptyAndCannotBeUncovered(bool readOnlyRoot)
    {
        File.WriteAllText(Path.Join(_scene.Rootfs, "secret"), "forbidden\n");
        var lines = await _scene.RunAsync("""
            cat /secret; echo x > /secret; cat /secret
            rm -f /secret 2>/dev/null || echo stays; umount /secret 2>&1 | grep -o 'not permitted'
            """, spec => Masked(spec, "/secret", "/secret", "//secret/")
                with { Root = spec.Root! with { Readonly = readOnlyRoot } });

        Assert.Equal(["stays", "not permitted"], lines);
        Assert.Equal("forbidden\n", await File.ReadAllTextAsync(Path.Join(_scene.Rootfs, "secret")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_WhenDirectoriesAreMasked_ThenOneEmptyReadOnlyFileSystemHidesThem(bool readOnlyRoot)
    {
        foreach (var name in (string[])["one", "two", "one/inner"])
        {
            Directory.CreateDirectory(Path.Join(_scene.Rootfs, name));
            File.WriteAllText(Path.Join(_scene.Rootfs, name, "file"), "");
        }

        var lines = await _scene.RunAsync("""
            ls -A /one /two; touch /one/x 2>&1 | grep -o 'Read-only'; rm -rf /two 2>/dev/null || echo stays
            umount /one 2>&1 | grep -o 'not permitted'; stat -c %h /one
            [ $(stat -c %d /one) = $(stat -c %d /two) ] && echo shared; grep -c ' /one ' /proc/self/mountinfo
            """, spec => Masked(spec, "/one", "/two", "/one", "/one/inner", "/not/there")
                with { Root = spec.Root! with { Readonly = readOnlyRoot } });

        Assert.Equal(["/one:", "/two:", "Read-only", "stays", "not permitted", "2", "shared", "1"],
            lines.Select(line => line.Trim()).Where(line => line.Length > 0));
        Assert.True(File.Exists(Path.Join(_scene.Rootfs, "two/file")));
    }

    public void Dispose() => _scene.Dispose();

    private static Spec Masked(Spec spec, params string[] paths) =>
        spec.WithLinux(linux => linux with { MaskedPaths = [.. linux.MaskedPaths, .. paths] });
}
