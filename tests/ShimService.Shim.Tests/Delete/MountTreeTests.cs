using ShimService.Shim.Delete;

namespace ShimService.Shim.Tests.Delete;

public sealed class MountTreeTests
{
    [Fact]
    public void Find_WhenMountsLieBelow_ThenThoseInOrder()
    {
        const string info = """
            22 1 0:20 / / rw - ext4 /dev/sda rw
            30 22 0:30 / /b/rootfs rw - overlay overlay rw
            31 30 0:31 / /b/rootfs/a\040b rw - tmpfs tmpfs rw
            32 22 0:32 / /b/rootfs2 rw - tmpfs tmpfs rw
            """;

        Assert.Equal(["/b/rootfs", "/b/rootfs/a b"], MountTree.Find(info, "/b/rootfs"));
    }
}
