using ShimService.Cli.Arguments;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Tests;

public class MountWordsTests
{
    [Fact]
    public void FromVolume_WhenReadOnly_ThenABindMountWithTheOption()
    {
        Mount mount = MountWords.FromVolume("/data:/mnt:ro");

        Assert.Equal(("bind", "/data", "/mnt"), (mount.Type, mount.Source, mount.Destination));
        Assert.Equal(["rbind", "ro"], mount.Options);
    }

    [Theory]
    [InlineData("/data")]
    [InlineData("/data:relative")]
    [InlineData(":/mnt")]
    [InlineData("/a:/b:ro:x")]
    public void FromVolume_WhenMalformed_ThenItIsRefused(string text) =>
        Assert.Throws<CliException>(() => MountWords.FromVolume(text));

    [Fact]
    public void FromPairs_WhenTmpfs_ThenSizeAndModeBecomeOptions()
    {
        Mount mount = MountWords.FromPairs("type=tmpfs,target=/scratch,tmpfs-size=64m,tmpfs-mode=1777");

        Assert.Equal(("tmpfs", "/scratch"), (mount.Type, mount.Destination));
        Assert.Equal(["size=64m", "mode=1777"], mount.Options);
    }

    [Theory]
    [InlineData("type=bind,source=/a")]
    [InlineData("type=bind,source=/a,destination=b")]
    [InlineData("type=bind,source=/a,destination=/b,colour=red")]
    public void FromPairs_WhenMalformed_ThenItIsRefused(string text) =>
        Assert.Throws<CliException>(() => MountWords.FromPairs(text));
}
