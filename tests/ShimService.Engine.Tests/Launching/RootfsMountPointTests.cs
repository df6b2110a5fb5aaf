using ShimService.Engine.Tests.Support;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Tests.Launching;

public sealed class RootfsMountPointTests
{
    [Fact]
    public async Task Create_WhenAFileIsWhereTheRootfsMountsGo_ThenTheErrorNamesItAndTheWayOut()
    {
        using var container = new RealContainer(null, "true")
        {
            Rootfs = [new RootfsMount("bind", BusyboxRoot.Path, "", ["rbind"])],
        };
        var rootfs = Path.Join(container.Bundle, "rootfs");
        File.WriteAllText(rootfs, "");

        var refused = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync());

        Assert.Equal(ErrorKind.FailedPrecondition, refused.Kind);
        Assert.Equal($"make {rootfs}", refused.Step);
        Assert.Contains(rootfs, refused.Message, StringComparison.Ordinal);
        Assert.Contains("be writable", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Host.Cgroups(container.Id));
    }
}
