using System.Text;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Resources;

/// <summary>
/// linux.resources.devices in a container, by what open answers: EPERM is the rule's, ENXIO and ENODEV say that the
/// rule let it pass and that there is no such device. Needs root.
/// </summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "linux.resources.devices")]
public sealed class DeviceRuleTests
{
    // 10:250 and 7:250 are of the kernel's own drivers, and nobody's.
    private const string Script = """
        look() { busybox dd if=$1 of=/dev/null count=0 2>&1 | busybox grep -q 'not permitted' && echo "$1 no" || echo "$1 yes"; }
        look /dev/c; look /dev/b; (: < /dev/null) && echo null; head -c 1 /dev/zero >/dev/null 2>&1; echo x > /dev/full 2>/dev/null || echo full
        busybox mknod /tmp/node$$ c 10 250 2>/dev/null && echo made; busybox rm -f /tmp/node$$
        """;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("[]", "/dev/c no|/dev/b no|null|full|made")]
    [InlineData("""[{"allow":false,"access":"rwm"}]""", "/dev/c no|/dev/b no|null|full|made")]
    [InlineData("""[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":10,"minor":250,"access":"r"}]""",
        "/dev/c yes|/dev/b no|null|full|made")]
    [InlineData("""[{"allow":true,"type":"c","major":10,"access":"rw"}]""", "/dev/c yes|/dev/b no|null|full|made")]
    [InlineData("""[{"allow":true,"type":"c","access":"rw"}]""", "/dev/c yes|/dev/b no|null|full|made")]
    [InlineData("""[{"allow":true,"type":"b","major":7,"minor":250,"access":"r"}]""",
        "/dev/c no|/dev/b yes|null|full|made")]
    [InlineData("""[{"allow":true,"type":"c","major":10,"minor":250,"access":"w"}]""",
        "/dev/c no|/dev/b no|null|full|made")]
    [InlineData("""[{"allow":true,"access":"rwm"}]""", "/dev/c yes|/dev/b yes|null|full|made")]
    public async Task Run_WhenDevicesAreRuled_ThenOpenAnswersByTheRule(string rules, string expected)
    {
        using var container = new RealContainer(
            spec => spec with
            {
                Linux = spec.Linux with
                {
                    Resources = LinuxResources.Parse(Encoding.UTF8.GetBytes($$"""{"devices":{{rules}}}""")),
                    Devices =
                    [
                        new LinuxDevice { Kind = DeviceKind.Character, Path = "/dev/c", Major = 10, Minor = 250 },
                        new LinuxDevice { Kind = DeviceKind.Block, Path = "/dev/b", Major = 7, Minor = 250 },
                    ],
                },
                Mounts = [.. spec.Mounts, new MountSpec { Type = "tmpfs", Destination = "/tmp" }],
            },
            "sh", "-c", Script);
        var (_, output) = await container.RunAsync().WaitAsync(Limit);

        Assert.Equal(expected, string.Join('|', output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }
}
