using ShimService.Engine.Compile.Host;

namespace ShimService.Engine.Tests.Compile;

public sealed class MountPointsTests
{
    private const string Table =
        "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
        + "30 22 0:25 / /var/lib rw - tmpfs none rw\n"
        + "31 30 0:26 / /var/lib/with\\040space\\134 rw - tmpfs none rw\n";

    [Theory]
    [InlineData("/etc", "/")]
    [InlineData("/var/lib", "/var/lib")]
    [InlineData("/var/library", "/")]
    [InlineData("/var/lib/with space\\/rootfs", "/var/lib/with space\\")]
    public void Holding_WhenAsked_ThenTheDeepestMount(string path, string point) =>
        Assert.Equal(point, MountPoints.Holding(path, Table));
}
