namespace ShimService.Cli.Tests.Suite;

public sealed class StartTests(SuiteRun suite) : IClassFixture<SuiteRun>
{
    [Theory]
    [InlineData("start")]
    [InlineData("state")]
    [InlineData("kill")]
    [InlineData("delete")]
    [InlineData("exec")]
    [InlineData("ps")]
    [InlineData("events")]
    [InlineData("update")]
    public async Task Verb_WhenTheIdIsMissing_ThenItFailsAndSaysHowToGoOn(string verb)
    {
        Command answer = await suite.RunAsync(verb);

        Assert.Equal(verb == "exec" ? 255 : 1, answer.Status);
        Assert.Contains(verb + " --help", answer.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("start")]
    [InlineData("state")]
    [InlineData("kill")]
    [InlineData("delete")]
    [InlineData("ps")]
    [InlineData("events")]
    [InlineData("update")]
    public async Task Verb_WhenTheContainerIsUnknown_ThenItSaysSo(string verb)
    {
        Command answer = await suite.RunAsync(verb, "unknown");

        Assert.Equal(1, answer.Status);
        Assert.Contains("container does not exist", answer.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhenCreated_ThenTheProgramRunsAndNotBefore()
    {
        string id = suite.NewId();
        string bundle = suite.Bundle(id, _ => { }, "/bin/sh", "-c", "echo started; sleep 1000");
        string output = suite.In(id + ".out");
        (await Command.RunAsync(
            "/bin/sh", "-c", "exec \"$@\" > \"$0\" 2>&1 < /dev/null", output,
            Repository.Shimctl, "--root", suite.Root, "create", "--bundle", bundle, id)).Expect();
        Assert.Equal("created", SuiteRun.Text(await suite.StateAsync(id), "status"));
        Assert.Equal("", await File.ReadAllTextAsync(output));

        (await suite.RunAsync("start", id)).Expect();

        await Eventually.BecomesAsync("started\n", () => File.ReadAllText(output), "the program's output");
        Assert.Equal("running", SuiteRun.Text(await suite.StateAsync(id), "status"));
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Start_WhenItRuns_ThenItFailsAndNothingChanges()
    {
        string id = await suite.StartAsync();
        string before = (await suite.RunAsync("state", id)).Output;

        Command second = await suite.RunAsync("start", id);

        Assert.Equal(1, second.Status);
        Assert.Contains("cannot start an already running container", second.Errors, StringComparison.Ordinal);
        Assert.Equal(before, (await suite.RunAsync("state", id)).Output);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Start_WhenItHasStopped_ThenItFailsAndStaysStopped()
    {
        string id = await suite.StopAsync();

        Command start = await suite.RunAsync("start", id);

        Assert.Equal(1, start.Status);
        Assert.Contains("cannot start a container that has stopped", start.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await suite.StateAsync(id))["pid"]!.GetValue<int>());
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task State_WhenAnotherRootIsNamed_ThenItsContainersAreOthers()
    {
        string id = await suite.StartAsync();

        Command elsewhere = await Command.RunAsync(Repository.Shimctl, "--root", suite.In("other"), "state", id);

        Assert.Equal(1, elsewhere.Status);
        Assert.Contains("container does not exist", elsewhere.Errors, StringComparison.Ordinal);
        Assert.Equal("running", SuiteRun.Text(await suite.StateAsync(id), "status"));
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task State_WhenTheRootIsAVariable_ThenACallerNeedsNoOption()
    {
        string id = await suite.StartAsync();

        Command state = await Command.RunAsync(
            "/usr/bin/env", "SHIMSERVICE_ROOT=" + suite.Root, Repository.Shimctl, "state", id);

        Assert.Contains("\"running\"", state.Expect().Output, StringComparison.Ordinal);
        await suite.DeleteAsync(id);
    }
}
