namespace ShimService.Cli.Tests.Suite;

public sealed class HelpTests(SuiteRun suite) : IClassFixture<SuiteRun>
{
    private static readonly string[] Verbs =
    [
        "create", "run", "start", "state", "kill", "delete", "exec", "list", "ps", "pause", "resume", "update", "events",
        "spec", "features", "version", "checkpoint", "restore",
    ];

    [Theory]
    [InlineData("-h")]
    [InlineData("--help")]
    public async Task Help_WhenAskedFor_ThenEveryVerbIsListed(string option)
    {
        string help = (await suite.RunAsync(option)).Expect().Output;

        Assert.All(Verbs, verb => Assert.Contains("\n  " + verb + " ", help, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("create", "--console-socket --pid-file --pidfd-socket --no-pivot --no-new-keyring")]
    [InlineData("run", "--detach --keep --bundle")]
    [InlineData("exec", "--cwd --env --tty --user --additional-gids --process --detach --pid-file --process-label --apparmor --no-new-privs --cap --ignore-paused --console-socket --pidfd-socket")]
    [InlineData("update", "--resources --memory --pids-limit --cpu-quota --cpuset-cpus")]
    [InlineData("events", "--stats --interval")]
    public async Task Help_WhenAVerbIsNamed_ThenItsOptionsAreListed(string verb, string options)
    {
        string help = (await suite.RunAsync(verb, "-h")).Expect().Output;

        Assert.All(options.Split(' '), option => Assert.Contains(option, help, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Help_WhenTheVerbIsNone_ThenItFails()
    {
        Command help = await suite.RunAsync("foo");

        Assert.Equal(1, help.Status);
        Assert.Contains("foo", help.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-v")]
    [InlineData("--version")]
    [InlineData("version")]
    public async Task Version_WhenAskedFor_ThenOursAndTheSpecifications(string word)
    {
        string version = (await suite.RunAsync(word)).Expect().Output;

        Assert.Matches(@"^shimctl version [0-9]+\.[0-9]+\.[0-9]+\nspec: 1\.3\.0\n$", version);
    }

    [Theory]
    [InlineData("checkpoint", "--image-path")]
    [InlineData("restore", "--detach")]
    public async Task Checkpoint_WhenAskedFor_ThenItIsRefusedByName(string verb, string option)
    {
        Command answer = await suite.RunAsync(verb, option, "/tmp/image", "any");

        Assert.Equal(1, answer.Status);
        Assert.Contains($"{verb} is not supported", answer.Errors, StringComparison.Ordinal);
    }
}
