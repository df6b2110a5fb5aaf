using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Tests;

public class ContainerRequestsTests
{
    [Fact]
    public void From_WhenRootfsIsGiven_ThenTheConfigHoldsWhatWasTyped()
    {
        CreateRequest request = Parse(
            "--rootfs /r --id c1 -t -i -e A=1 -w /w -u 1:2 -m 64m --cpus 1.5 --pids-limit 10 --hostname h "
            + "-v /d:/m:ro --read-only --cap-add NET_ADMIN --cap-drop ALL --group own -- sh -c x");

        ContainerConfig config = request.Config;
        Assert.Equal(("c1", "own", ""), (request.Id, request.Group, request.Bundle));
        Assert.Equal(("/r", true), (config.Rootfs.Path, config.Rootfs.Readonly));
        Assert.Equal(["sh", "-c", "x"], config.Args);
        Assert.Equal((true, true, "/w", "1:2", "h"), (
            config.Terminal, config.OpenStdin, config.Cwd, config.User, config.Hostname));
        Assert.Equal((67108864, 1.5, 10), (
            config.Resources.Memory.LimitBytes, config.Resources.Cpu.Cpus, config.Resources.Pids.Limit));
        Assert.Equal(["A=1"], config.Env);
        Assert.Equal("/m", Assert.Single(config.Mounts).Destination);
        Assert.Equal(["NET_ADMIN"], config.Security.CapabilitiesAdd);
        Assert.Equal(["ALL"], config.Security.CapabilitiesDrop);
    }

    [Fact]
    public void From_WhenNothingIsLimited_ThenNoLimitIsSent()
    {
        Resources resources = Parse("--rootfs /r -- true").Config.Resources;

        Assert.Equal((null, null, null), (resources.Memory, resources.Cpu, resources.Pids));
    }

    [Fact]
    public void From_WhenBundleIsGiven_ThenTheOneWordIsTheId()
    {
        CreateRequest request = Parse("--bundle /b -- c7");

        Assert.Equal(("c7", "/b"), (request.Id, request.Bundle));
        Assert.Null(request.Config);
    }

    [Fact]
    public void From_WhenNoIdIsGiven_ThenOneIsMadeUp() =>
        Assert.Matches("^c[0-9a-f]{12}$", Parse("--rootfs /r -- true").Id);

    [Theory]
    [InlineData("-- true")]
    [InlineData("--rootfs /r --bundle /b -- true")]
    [InlineData("--bundle /b -- c7 true")]
    [InlineData("--rootfs /r --security-opt nonsense -- true")]
    [InlineData("--rootfs /r --group-add wheel -- true")]
    public void From_WhenTheOptionsContradict_ThenTheyAreRefused(string words) =>
        Assert.Throws<CliException>(() => Parse(words));

    [Theory]
    [InlineData("-m 64m", "--memory")]
    [InlineData("--cap-drop ALL", "--cap-drop")]
    [InlineData("--read-only", "--read-only")]
    public void From_WhenABundleWouldIgnoreAnOption_ThenItIsRefused(string words, string option) => Assert.StartsWith(
        option, Assert.Throws<CliException>(() => Parse($"--bundle /b {words} -- c7")).Message, StringComparison.Ordinal);

    private static CreateRequest Parse(string words)
    {
        var options = new ContainerOptions();
        var command = new Command("run");
        foreach (Symbol symbol in options.Symbols)
        {
            if (symbol is Option option)
            {
                command.Options.Add(option);
            }
            else
            {
                command.Arguments.Add((Argument)symbol);
            }
        }

        ParseResult parsed = command.Parse(words.Split(' '));
        Assert.Empty(parsed.Errors);
        return ContainerRequests.From(options, parsed);
    }
}
