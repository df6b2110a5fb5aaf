using ShimService.Engine.Tests.Specs;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Kernel;

/// <summary>What a kernel that is too old for a property is asked to do is refused by the property's name.</summary>
[Collection(EngineCollection.Name)]
public sealed class OldKernelTests : IDisposable
{
    private readonly SpecScene _scene = new();

    [KernelBeforeFact(6, 3)]
    [Trait("Spec", "linux.timeOffsets")]
    public async Task Create_WhenNoProcessCanEnterTheClocksItHasSet_ThenRefusedWithTheVersionThatCan()
    {
        var failure = await _scene.RefusedAsync(spec => spec.WithNamespace(LinuxNamespaceKind.Time)
            .WithLinux(linux => linux with { TimeOffsets = [new LinuxTimeOffset("boottime", 1000, 0)] }));

        Assert.Equal("linux.timeOffsets", failure.Field);
        Assert.Contains("Linux 6.3 does", failure.Message, StringComparison.Ordinal);
    }

    [KernelBeforeFact(6, 3)]
    [Trait("Spec", "mounts[].uidMappings")]
    public async Task Create_WhenATmpfsTakesNoMapsYet_ThenRefusedWithTheWayOut()
    {
        var source = _scene.Mount(_scene.Directory("tmpfs"), "tmpfs");
        var failure = await _scene.RefusedAsync(spec => spec.WithMounts(new MountSpec
        {
            Source = source,
            Destination = "/data",
            Options = ["bind"],
            UidMappings = [new LinuxIdMapping(0, 5000, 100)],
            GidMappings = [new LinuxIdMapping(0, 5000, 100)],
        }));

        Assert.Equal(("mount /data", "EINVAL"), (failure.Step, failure.Errno));
        Assert.Contains("another file system", failure.Hint, StringComparison.Ordinal);
    }

    public void Dispose() => _scene.Dispose();
}
