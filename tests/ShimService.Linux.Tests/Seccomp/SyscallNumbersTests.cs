using ShimService.Linux.Seccomp;

namespace ShimService.Linux.Tests.Seccomp;

public sealed class SyscallNumbersTests
{
    [Fact]
    public void Find_WhenTheNameIsInTheTable_ThenFoundOnSomeArchitecture()
    {
        int names = 0;
        SyscallNumbers.VisitNames(name =>
        {
            names++;
            Assert.Contains(Enum.GetValues<SeccompArchitecture>(), a => SyscallNumbers.Find(name, a) is not null
                || SyscallMultiplexer.Find(name) is not null);
        });
        Assert.True(names > 470, $"only {names} names were found");
    }

    [Theory]
    [InlineData("read", 0u, 3u, 0x40000000u, 63u, 3u)]
    [InlineData("clone3", 435u, 435u, 0x40000000u + 435, 435u, 435u)]
    [InlineData("ioctl", 16u, 54u, 0x40000000u + 514, 29u, 54u)]
    [InlineData("open", 2u, 5u, 0x40000002u, null, 5u)]
    [InlineData("_llseek", null, 140u, null, null, 140u)]
    [InlineData("uretprobe", 335u, null, null, null, null)]
    [InlineData("socket", 41u, 359u, 0x40000029u, 198u, 281u)]
    public void Find_WhenAsked_ThenAnswersPerArchitecture(
        string name, uint? x64, uint? x86, uint? x32, uint? arm64, uint? arm)
    {
        Assert.Equal(x64, SyscallNumbers.Find(name, SeccompArchitecture.X64));
        Assert.Equal(x86, SyscallNumbers.Find(name, SeccompArchitecture.X86));
        Assert.Equal(x32, SyscallNumbers.Find(name, SeccompArchitecture.X32));
        Assert.Equal(arm64, SyscallNumbers.Find(name, SeccompArchitecture.Arm64));
        Assert.Equal(arm, SyscallNumbers.Find(name, SeccompArchitecture.Arm));
    }

    [Theory]
    [InlineData("")]
    [InlineData("rea")]
    [InlineData("readx")]
    [InlineData("zzz")]
    [InlineData("=1")]
    public void Find_WhenTheNameIsUnknown_ThenNull(string name) =>
        Assert.All(Enum.GetValues<SeccompArchitecture>(), a => Assert.Null(SyscallNumbers.Find(name, a)));
}
