using System.Text.Json.Nodes;

namespace ShimService.Cli.Tests.Suite;

public sealed class LogTests(SuiteRun suite) : IClassFixture<SuiteRun>
{
    [Theory]
    [InlineData("run")]
    [InlineData("exec")]
    public async Task Debug_WhenTyped_ThenTheStepsAreOnStandardError(string verb)
    {
        (string id, string[] words) = await PrepareAsync(verb);

        Command run = (await suite.RunAsync(["--debug", .. words])).Expect();

        Assert.Equal("Hello\n", run.Output);
        Assert.Contains("level=debug msg=\"", run.Errors, StringComparison.Ordinal);
        Assert.Contains(id, run.Errors, StringComparison.Ordinal);
        await suite.DeleteAsync(id);
    }

    [Theory]
    [InlineData("text", "level=debug msg=")]
    [InlineData("json", "{\"level\":\"debug\",\"msg\":")]
    public async Task Debug_WhenThereIsALogFile_ThenTheStepsAreThereAlone(string format, string line)
    {
        (string id, string[] words) = await PrepareAsync("exec");
        string log = suite.In(id + ".log");

        Command run = (await suite.RunAsync(["--log", log, "--log-format", format, "--debug", .. words])).Expect();

        Assert.Equal(("Hello\n", ""), (run.Output, run.Errors));
        Assert.Contains(line, await File.ReadAllTextAsync(log), StringComparison.Ordinal);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Log_WhenAVerbFails_ThenTheFileHasTheErrorAndPeopleHaveItToo()
    {
        string log = suite.In(suite.NewId() + ".log");

        Command state = await suite.RunAsync("--log", log, "--log-format=json", "state", "unknown");

        Assert.Equal(1, state.Status);
        Assert.Equal("shimctl: state: container does not exist: unknown\n", state.Errors);
        JsonNode line = JsonNode.Parse(await File.ReadAllTextAsync(log))!;
        Assert.Equal("error", SuiteRun.Text(line, "level"));
        Assert.Equal("container does not exist: unknown", SuiteRun.Text(line, "msg"));
        Assert.True(DateTimeOffset.TryParse(SuiteRun.Text(line, "time"), out _));
    }

    [Fact]
    public async Task Log_WhenItIsJsonOnStandardError_ThenAnErrorIsOneObject()
    {
        Command state = await suite.RunAsync("--log-format", "json", "state", "unknown");

        Assert.Equal(1, state.Status);
        Assert.Equal("container does not exist: unknown", SuiteRun.Text(JsonNode.Parse(state.Errors)!, "msg"));
    }

    [Theory]
    [InlineData("--log", "/nonexistent/log", "/nonexistent/log")]
    [InlineData("--log-format", "syslog", "--log-format syslog")]
    public async Task Log_WhenItCannotBe_ThenTheVerbFails(string option, string value, string words)
    {
        Command list = await suite.RunAsync(option, value, "list");

        Assert.Equal(1, list.Status);
        Assert.Contains(words, list.Errors, StringComparison.Ordinal);
    }

    private async Task<(string Id, string[] Words)> PrepareAsync(string verb)
    {
        if (verb == "exec")
        {
            string running = await suite.StartAsync();
            return (running, ["exec", running, "echo", "Hello"]);
        }

        string id = suite.NewId();
        return (id, ["run", "--bundle", suite.Bundle(id, _ => { }, "/bin/echo", "Hello"), id]);
    }
}
