using ShimService.Cli.Arguments;

namespace ShimService.Cli.Tests;

public class SignalWordsTests
{
    [Theory]
    [InlineData("TERM", 15)]
    [InlineData("sigkill", 9)]
    [InlineData("9", 9)]
    [InlineData("HUP", 1)]
    [InlineData("SYS", 31)]
    [InlineData("RTMIN", 34)]
    [InlineData("RTMIN+3", 37)]
    [InlineData("SIGRTMAX-1", 63)]
    public void Parse_WhenSignalIsKnown_ThenItsNumber(string text, int number) =>
        Assert.Equal(number, (int)SignalWords.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("65")]
    [InlineData("-9")]
    [InlineData("NOPE")]
    [InlineData("RTMIN+31")]
    public void Parse_WhenSignalIsUnknown_ThenItIsRefused(string text) =>
        Assert.Throws<CliException>(() => SignalWords.Parse(text));
}
