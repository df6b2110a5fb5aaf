using ShimService.Engine.Stdio.Targets;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Stdio;

public sealed class StdioTargetParserTests
{
    [Theory]
    [InlineData("", "Null", "", -1)]
    [InlineData("/run/c/stdout", "Path", "/run/c/stdout", -1)]
    [InlineData("/run/a%20b?c", "Path", "/run/a%20b?c", -1)]
    [InlineData("fifo:///run/a%20b", "Path", "/run/a b", -1)]
    [InlineData("file:///var/log/a%20b?append=1", "File", "/var/log/a b", -1)]
    [InlineData("log:///var/log/100%25?", "Log", "/var/log/100%25?", -1)]
    [InlineData("binary:///usr/bin/logger?a=b", "Logger", "/usr/bin/logger?a=b", -1)]
    [InlineData("binary-v2:///usr/bin/logger", "ReportingLogger", "/usr/bin/logger", -1)]
    [InlineData("peerfd:7", "Peer", "", 7)]
    public void Parse_WhenFormIsKnown_ThenSaysWhatItNames(string uri, string kind, string path, int descriptor)
    {
        var target = StdioTargetParser.Parse(StdioField.Stdout, uri);

        Assert.Equal(Enum.Parse<StdioTargetKind>(kind), target.Kind);
        Assert.Equal(path, target.Path);
        Assert.Equal(descriptor, target.PeerDescriptor);
    }

    [Theory]
    [InlineData("relative")]
    [InlineData("peerfd:")]
    [InlineData("peerfd:-1")]
    [InlineData("peerfd:1x")]
    [InlineData("peerfd:99999999999")]
    [InlineData("file://host/path")]
    [InlineData("log://relative")]
    [InlineData("fifo:///a%00b")]
    [InlineData("binary:///a?b=%00")]
    [InlineData("binary://host/path")]
    [InlineData("/a\0b")]
    [InlineData("npipe:////./pipe/x")]
    [InlineData("attach:")]
    [InlineData("://")]
    public void Parse_WhenFormIsUnknown_ThenInvalidArgumentNamesTheField(string uri)
    {
        var refused = Assert.Throws<TaskException>(() => StdioTargetParser.Parse(StdioField.Stderr, uri));

        Assert.Equal(ErrorKind.InvalidArgument, refused.Kind);
        Assert.Equal("stderr", refused.Field);
        Assert.Contains("fifo path", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file:///a")]
    [InlineData("log:///a")]
    public void Parse_WhenInputNamesAnOutputForm_ThenInvalidArgument(string uri)
    {
        var refused = Assert.Throws<TaskException>(() => StdioTargetParser.Parse(StdioField.Stdin, uri));

        Assert.Equal(ErrorKind.InvalidArgument, refused.Kind);
        Assert.Equal("stdin", refused.Field);
    }
}
