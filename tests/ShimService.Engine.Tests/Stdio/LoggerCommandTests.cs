using ShimService.Engine.Stdio.Loggers;

namespace ShimService.Engine.Tests.Stdio;

public sealed class LoggerCommandTests
{
    [Theory]
    [InlineData("/bin/l", "/bin/l")]
    [InlineData("/bin/l?k=v&k2", "/bin/l|k|v|k2")]
    [InlineData("/bin/l?b=2&a=1", "/bin/l|b|2|a|1")]
    [InlineData("/bin/l?k=", "/bin/l|k|")]
    [InlineData("/bin/l?k=1&k=2", "/bin/l|k|1")]
    [InlineData("/bin/l?&k=a%20b+c%26d&", "/bin/l|k|a b c&d")]
    [InlineData("/bin/a%20b?k=x=y#rest", "/bin/a b|k|x=y")]
    public void Parse_WhenUriHasAQuery_ThenKeysAndValuesAreArguments(string rest, string expected)
    {
        var command = LoggerCommand.Parse(rest);

        Assert.Equal(expected, string.Join('|', command.Args));
        Assert.Equal(command.Args[0], command.Path);
    }
}
