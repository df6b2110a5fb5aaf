using ShimService.Linux.Cgroups;

namespace ShimService.Linux.Tests.Cgroups;

public sealed class ProcessCgroupTests
{
    [Theory]
    [InlineData("0::/a/b\n", "/a/b")]
    [InlineData("0::/\n", null)]
    [InlineData("", null)]
    [InlineData("9:name=systemd:/s\n4:memory:/m:x\n8:pids:/p\n0::/u\n", "/m:x")]
    [InlineData("9:name=systemd:/s\n8:pids:/p\n1:cpu,cpuacct:/c\n0::/u\n", "/p")]
    [InlineData("9:name=systemd:/s\n1:cpu,cpuacct:/c\n", "/c")]
    [InlineData("9:name=systemd:/s\n", "/s")]
    public void Parse_WhenHierarchiesDiffer_ThenTheOneThatLimitsCounts(string text, string? path) =>
        Assert.Equal(path, ProcessCgroup.Parse(text)?.Value);

    [Fact]
    public void Read_WhenTheProcessHasGone_ThenNull() => Assert.Null(ProcessCgroup.Read(int.MaxValue));
}
