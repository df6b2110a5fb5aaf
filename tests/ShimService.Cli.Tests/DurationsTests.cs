using ShimService.Cli.Direct;

namespace ShimService.Cli.Tests;

public class DurationsTests
{
    [Theory]
    [InlineData("5s", 5000)]
    [InlineData("100ms", 100)]
    [InlineData("1m30s", 90_000)]
    [InlineData("1.5s", 1500)]
    [InlineData("1h", 3_600_000)]
    public void Parse_WhenItIsASpan_ThenThatLong(string text, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Durations.Parse(text, "--interval"));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("0s")]
    [InlineData("1us")]
    [InlineData("5 s")]
    [InlineData("1..5s")]
    [InlineData("99999999999h")]
    public void Parse_WhenItIsNone_ThenItIsRefused(string text) =>
        Assert.Contains(
            "--interval", Assert.Throws<CliException>(() => Durations.Parse(text, "--interval")).Message,
            StringComparison.Ordinal);
}
