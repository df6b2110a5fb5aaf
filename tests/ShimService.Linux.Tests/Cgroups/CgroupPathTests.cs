using ShimService.Linux.Cgroups;

namespace ShimService.Linux.Tests.Cgroups;

public sealed class CgroupPathTests
{
    [Theory]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/a//b/", "/a/b")]
    [InlineData("/./a/./b", "/a/b")]
    [InlineData("a/b", "/shimservice/a/b")]
    [InlineData("/a:b", "/a:b")]
    public void TryParse_WhenPathIsUsable_ThenCleanedAndAbsolute(string text, string expected)
    {
        Assert.True(CgroupPath.TryParse(text, out CgroupPath path, out string problem), problem);
        Assert.Equal(expected, path.Value);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("/", "names no cgroup")]
    [InlineData(".", "names no cgroup")]
    [InlineData("/a/../b", "'..'")]
    [InlineData("../b", "'..'")]
    [InlineData("system.slice:docker:abc", "systemd form")]
    [InlineData("/a\nb", "line break")]
    public void TryParse_WhenPathIsUnusable_ThenSaysWhy(string text, string expected)
    {
        Assert.False(CgroupPath.TryParse(text, out _, out string problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Parent_WhenPathHasOneComponent_ThenIsTheRoot()
    {
        Assert.True(CgroupPath.TryParse("/a", out CgroupPath path, out _));
        Assert.Equal(("/", "a"), (path.Parent, path.Leaf));
        Assert.Equal(
            ("/shimservice", "c1"), (CgroupPath.ForContainer("c1").Parent, CgroupPath.ForContainer("c1").Leaf));
    }
}
