using System.Globalization;
using ShimService.Engine.Tests.Specs;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Conformance;

/// <summary>A thousand mounts: each is there, and at no time are many of them open.</summary>
[Trait("Spec", "mounts[].destination")]
public sealed class ManyMountsTests
{
    private const int Count = 1000;

    [Fact]
    public async Task Create_WhenThereAreAThousandMounts_ThenAllAreThereAndFewDescriptorsAreNeeded()
    {
        using var scene = new SpecScene();
        var source = scene.Directory("source");
        var mounts = Mounts(source);
        var container = await scene.CreateAsync("grep -c ' /tmp/m[0-9]* ro' /proc/self/mountinfo", spec => spec.WithMounts(
            mounts));
        var status = await File.ReadAllLinesAsync($"/proc/{container.Init.Pid.Value}/status");
        await container.StartAsync(CancellationToken.None).WaitAsync(SpecScene.Limit);
        await container.Init.Exited.WaitAsync(SpecScene.Limit);
        await container.Init.Stdio.Drained.WaitAsync(SpecScene.Limit);
        var output = await File.ReadAllTextAsync(scene.Output);
        await scene.EndAsync(container);

        Assert.Equal($"{Count}\n", output);

        // What the kernel's table of descriptors ever had room for: it grows by doubling, and never shrinks.
        var room = status.Single(line => line.StartsWith("FDSize:", StringComparison.Ordinal))["FDSize:".Length..];
        Assert.InRange(int.Parse(room, CultureInfo.InvariantCulture), 1, 256);
    }

    [Fact]
    public async Task Create_WhenTheLastOfAThousandFails_ThenItIsTheOneThatIsNamed()
    {
        using var scene = new SpecScene();
        var bad = new MountSpec { Destination = "/tmp/last", Type = "tmpfs", Source = "tmpfs", Options = ["nonsense=1"] };
        var refused = await scene.RefusedAsync(spec => spec.WithMounts([.. Mounts(scene.Directory("source")), bad]));

        Assert.Equal("mount /tmp/last", refused.Step);
    }

    // The first is used until the last, and once more when it is made read-only.
    private static MountSpec[] Mounts(string source) =>
    [
        new MountSpec { Destination = "/tmp", Type = "tmpfs", Source = "tmpfs", Options = ["ro"] },
        .. Enumerable.Range(0, Count).Select(n => new MountSpec
        {
            Destination = $"/tmp/m{n}", Source = source, Type = "bind", Options = ["bind", "ro"],
        }),
    ];
}
