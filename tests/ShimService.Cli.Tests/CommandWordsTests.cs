using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Cli.Commands;

namespace ShimService.Cli.Tests;

public class CommandWordsTests
{
    private static readonly string[] Programs = ["run", "exec"];

    private static readonly RootCommand Root = new()
    {
        CommonOptions.Socket,
        CommonOptions.Json,
        CommonOptions.Root,
        RunCommand.Create(),
        ExecCommand.Create(),
        KillCommand.Create(),
    };

    [Theory]
    [InlineData("run --rootfs R ls -l", "run --rootfs R -- ls -l")]
    [InlineData("run --rootfs R -it sh -c x", "run --rootfs R -it -- sh -c x")]
    [InlineData("run -e A=1 -d --rootfs=R sleep -- 1", "run -e A=1 -d --rootfs=R -- sleep -- 1")]
    [InlineData("run -de A=1 sleep", "run -de A=1 -- sleep")]
    [InlineData("--socket S run --memory 64m sh", "--socket S run --memory 64m -- sh")]
    [InlineData("run --socket S sh", "run --socket S -- sh")]
    [InlineData("exec -t c1 ls -t", "exec -t -- c1 ls -t")]
    [InlineData("run --rootfs R -- ls -l", "run --rootfs R -- ls -l")]
    [InlineData("kill c1 -s KILL", "kill c1 -s KILL")]
    [InlineData("run --help", "run --help")]
    public void Separate_WhenAProgramFollows_ThenItsOptionsAreItsOwn(string typed, string parsed) =>
        Assert.Equal(parsed.Split(' '), CommandWords.Separate(Root, typed.Split(' '), Programs));

    [Theory]
    [InlineData("run --bogus sh", "--bogus")]
    [InlineData("run --bogus=1 --rootfs R -- sh", "--bogus")]
    [InlineData("exec -X c1 ls", "-X")]
    public void Separate_WhenAnOptionIsUnknown_ThenItIsNotTheProgram(string typed, string option) =>
        Assert.Contains(
            $"there is no option {option};",
            Assert.Throws<CliException>(() => CommandWords.Separate(Root, typed.Split(' '), Programs)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Separate_WhenAValueIsDoubleDash_ThenItIsNoOption() =>
        Assert.Equal(["run", "-e", "--x", "--", "sh"], CommandWords.Separate(Root, ["run", "-e", "--x", "sh"], Programs));
}
