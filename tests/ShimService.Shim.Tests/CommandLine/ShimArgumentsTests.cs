using ShimService.Shim.CommandLine;

namespace ShimService.Shim.Tests.CommandLine;

public sealed class ShimArgumentsTests
{
    [Fact]
    public void Parse_WhenContainerdStarts_ThenFlagsAndAction()
    {
        var arguments = ShimArguments.Parse(
        [
            "-namespace", "k8s.io", "-address", "/run/containerd/containerd.sock", "-publish-binary", "/usr/bin/containerd",
            "-id", "c1", "-debug", "start",
        ]);

        Assert.Equal(ShimAction.Start, arguments.Action);
        Assert.Equal("k8s.io", arguments.Namespace);
        Assert.Equal("/run/containerd/containerd.sock", arguments.Address);
        Assert.Equal("c1", arguments.Id);
        Assert.True(arguments.Debug);
    }

    [Theory]
    [InlineData("-id=c1")]
    [InlineData("--id=c1")]
    [InlineData("--id", "c1")]
    public void Parse_WhenGoWouldTakeIt_ThenWeDo(params string[] flag)
    {
        var arguments = ShimArguments.Parse(["-namespace", "n", .. flag, "-bundle", "/b", "delete"]);

        Assert.Equal("c1", arguments.Id);
        Assert.Equal("/b", arguments.Bundle);
        Assert.Equal(ShimAction.Delete, arguments.Action);
    }

    [Theory]
    [InlineData("-info", ShimAction.Info)]
    [InlineData("-v", ShimAction.Version)]
    [InlineData("-version", ShimAction.Version)]
    public void Parse_WhenAskedAboutItself_ThenNoNamespaceIsNeeded(string flag, object action) =>
        Assert.Equal((ShimAction)action, ShimArguments.Parse([flag]).Action);

    [Theory]
    [InlineData("delete", "the namespace is missing: give it with -namespace")]
    [InlineData("-namespace n stop", "unknown action \"stop\": use start, delete, or none to serve")]
    [InlineData("-namespace n -what x start", "flag provided but not defined: -what")]
    [InlineData("-namespace", "flag needs an argument: -namespace")]
    public void Parse_WhenWrong_ThenTheLineSaysWhat(string line, string message)
    {
        var failure = Assert.Throws<UsageException>(() => ShimArguments.Parse(line.Split(' ')));

        Assert.Equal(message, failure.Message);
    }
}
