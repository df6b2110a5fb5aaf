using ShimService.Cli.Arguments;

namespace ShimService.Cli.Tests;

public class QuantitiesTests
{
    [Theory]
    [InlineData("65536", 65536)]
    [InlineData("64k", 65536)]
    [InlineData("64m", 67108864)]
    [InlineData("64MB", 67108864)]
    [InlineData("64MiB", 67108864)]
    [InlineData("1.5g", 1610612736)]
    [InlineData("2T", 2199023255552)]
    public void Bytes_WhenAmountIsTyped_ThenPowersOf1024(string text, long bytes) =>
        Assert.Equal(bytes, Quantities.Bytes(text, "--memory"));

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("-1")]
    [InlineData("64x")]
    [InlineData("1e30g")]
    [InlineData("99999999999g")]
    public void Bytes_WhenTextIsNoAmount_ThenTheMessageNamesTheOption(string text) =>
        Assert.Contains("--memory", Assert.Throws<CliException>(() => Quantities.Bytes(text, "--memory")).Message);

    [Fact]
    public void Bytes_WhenNoLimitIsAllowed_ThenMinusOneMeansIt() =>
        Assert.Equal(-1, Quantities.Bytes("-1", "--memory-swap", unlimited: true));
}
