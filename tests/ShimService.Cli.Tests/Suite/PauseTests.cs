namespace ShimService.Cli.Tests.Suite;

public sealed class PauseTests(SuiteRun suite) : IClassFixture<SuiteRun>
{
    [Fact]
    public async Task Pause_WhenItRuns_ThenItIsPausedUntilResumed()
    {
        string id = await suite.StartAsync();

        (await suite.RunAsync("pause", id)).Expect();
        Assert.Equal("paused", SuiteRun.Text(await suite.StateAsync(id), "status"));
        (await suite.RunAsync("resume", id)).Expect();
        Assert.Equal("running", SuiteRun.Text(await suite.StateAsync(id), "status"));
        (await suite.RunAsync("exec", id, "true")).Expect();
        await suite.DeleteAsync(id);
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    public async Task Pause_WhenTheContainerIsUnknown_ThenItSaysSo(string verb)
    {
        Command answer = await suite.RunAsync(verb, "unknown");

        Assert.Equal(1, answer.Status);
        Assert.Contains("container does not exist", answer.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pause_WhenItIsPausedAlready_ThenItSaysSoAndStaysPaused()
    {
        string id = await suite.StartAsync();
        (await suite.RunAsync("pause", id)).Expect();

        Command second = await suite.RunAsync("pause", id);

        Assert.Equal(1, second.Status);
        Assert.Contains("not running", second.Errors, StringComparison.Ordinal);
        Assert.Equal("paused", SuiteRun.Text(await suite.StateAsync(id), "status"));
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Resume_WhenItIsNotPaused_ThenItSaysSo()
    {
        string id = await suite.StartAsync();

        Command resume = await suite.RunAsync("resume", id);

        Assert.Equal(1, resume.Status);
        Assert.Contains("container not paused", resume.Errors, StringComparison.Ordinal);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Delete_WhenItIsPaused_ThenOnlyForceRemovesIt()
    {
        string id = await suite.StartAsync();
        (await suite.RunAsync("pause", id)).Expect();

        Command plain = await suite.RunAsync("delete", id);

        Assert.Equal(1, plain.Status);
        Assert.Contains("paused", plain.Errors, StringComparison.Ordinal);
        (await suite.RunAsync("delete", "--force", id)).Expect();
        Assert.Equal(1, (await suite.RunAsync("state", id)).Status);
    }
}
