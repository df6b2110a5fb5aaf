using ShimService.Cli.Arguments;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Tests;

public class MountWordsTests
{
    [Theory]
    [InlineData("/data:/mnt:ro", "/data:/mnt:ro")]
    [InlineData("data:/mnt", "data:/mnt")]
    [InlineData("/mnt", "/mnt")]
    public void Volume_WhenTheSourceIsNotRelative_ThenTheDaemonGetsItAsItIs(string text, string sent) =>
        Assert.Equal(sent, MountWords.Volume(text));

    [Fact]
    public void Volume_WhenTheSourceIsRelative_ThenItIsOurs() =>
        Assert.Equal(Path.GetFullPath("./data") + ":/mnt:ro", MountWords.Volume("./data:/mnt:ro"));

    [Fact]
    public void FromPairs_WhenDockersWordsAreGiven_ThenTheirFields()
    {
        Mount bind = MountWords.FromPairs(
            "type=bind,src=/a,dst=/b,ro,bind-propagation=rslave,bind-recursive=readonly,bind-create-src");
        Mount volume = MountWords.FromPairs("type=volume,src=v,dst=/b,volume-nocopy,volume-subpath=x/y");

        Assert.Equal(["rbind", "ro", "rslave"], bind.Options);
        Assert.Equal(("force", true), (bind.ReadOnlyRecursive, bind.CreateSource));
        Assert.Equal((true, "x/y", "v"), (volume.NoCopy, volume.Subpath, volume.Source));
    }

    [Fact]
    public void FromPairs_WhenTmpfs_ThenSizeAndModeBecomeOptions()
    {
        Mount mount = MountWords.FromPairs("type=tmpfs,target=/scratch,tmpfs-size=64m,tmpfs-mode=1777");

        Assert.Equal(("tmpfs", "/scratch"), (mount.Type, mount.Destination));
        Assert.Equal(["size=64m", "mode=1777"], mount.Options);
    }

    [Theory]
    [InlineData("source=/a,destination=/b", "bind", "/a")]
    [InlineData("source=data,destination=/b", "volume", "data")]
    [InlineData("destination=/b", "volume", "")]
    public void FromPairs_WhenThereIsNoType_ThenTheSourceTellsIt(string text, string type, string source)
    {
        Mount mount = MountWords.FromPairs(text);

        Assert.Equal((type, source), (mount.Type, mount.Source));
    }

    [Theory]
    [InlineData("type=bind,source=/a")]
    [InlineData("type=bind,destination=/b")]
    [InlineData("type=bind,source=,destination=/b")]
    [InlineData("type=bind,source=/a,destination=b")]
    [InlineData("type=bind,source=/a,destination=/b,colour=red")]
    [InlineData("type=bind,source=/a,destination=/b,bind-recursive=perhaps")]
    public void FromPairs_WhenMalformed_ThenItIsRefused(string text) =>
        Assert.Throws<CliException>(() => MountWords.FromPairs(text));
}
