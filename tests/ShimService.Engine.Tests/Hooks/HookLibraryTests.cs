using ShimService.Engine.Tests.Specs;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Hooks;

/// <summary>
/// A library of the host that a hook gives to a container whose programs cannot start without it, as drivers of graphics
/// cards come. Needs root.
/// </summary>
[Collection(EngineCollection.Name)]
public sealed class HookLibraryTests : IDisposable
{
    private readonly SpecScene _scene = new();

    [Fact]
    [Trait("Spec", "hooks.createContainer")]
    [Trait("Spec", "hooks.startContainer")]
    public async Task Run_WhenACreateContainerHookBindsALibrary_ThenHookAndProgramOfTheContainerAreLinkedWithIt()
    {
        const string name = "libresolv.so.2";
        var library = Directory.GetFiles(_scene.Rootfs, name, SearchOption.AllDirectories).Single();
        var host = _scene.Write("host-library", "");
        File.Move(library, host, overwrite: true);

        // The mount is the container's: on the host there is an empty file afterwards.
        var bind = new HookSpec("/bin/sh",
            ["sh", "-c", $"PATH=/usr/bin:/bin; : > {library} && mount --bind {host} {library}"]);
        var lines = await _scene.RunAsync("cat /tmp/hook; echo program", spec => spec with
        {
            Hooks = new HooksSpec
            {
                CreateContainer = [bind],
                StartContainer = [new HookSpec("/bin/sh", ["sh", "-c", "echo hook > /tmp/hook"])],
            },
        });

        Assert.Equal(["hook", "program"], lines);
        Assert.Equal(0, new FileInfo(library).Length);
    }

    public void Dispose() => _scene.Dispose();
}
