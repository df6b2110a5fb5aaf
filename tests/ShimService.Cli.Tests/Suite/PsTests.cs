using System.Text.Json.Nodes;

namespace ShimService.Cli.Tests.Suite;

public sealed class PsTests(SuiteRun suite) : IClassFixture<SuiteRun>
{
    [Fact]
    public async Task Ps_WhenNoFormatIsTyped_ThenTheTableOfTheHostsPs()
    {
        string id = await suite.StartAsync();
        string pid = (await suite.StateAsync(id))["pid"]!.GetValue<int>().ToString();

        string[] lines = (await suite.RunAsync("ps", id)).Expect().Output.TrimEnd().Split('\n');

        Assert.Matches(@"^UID +PID +PPID +C +STIME +TTY +TIME +CMD$", lines[0]);
        Assert.Matches($@"^root +{pid} .*/bin/sleep 1000$", Assert.Single(lines.Skip(1)));
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Ps_WhenTheFormatIsJson_ThenThePids()
    {
        string id = await suite.StartAsync();

        JsonArray pids = JsonNode.Parse((await suite.RunAsync("ps", "-f", "json", id)).Expect().Output)!.AsArray();

        Assert.Equal((await suite.StateAsync(id))["pid"]!.GetValue<int>(), Assert.Single(pids)!.GetValue<int>());
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Ps_WhenOptionsFollowTheId_ThenTheyAreForTheHostsPs()
    {
        string id = await suite.StartAsync();

        Command ps = (await suite.RunAsync("ps", id, "-e", "-x")).Expect();

        Assert.Matches(@" +PID +TTY +STAT +TIME +COMMAND", ps.Output);
        Assert.Contains("/bin/sleep 1000", ps.Output, StringComparison.Ordinal);
        Command noPid = await suite.RunAsync("ps", id, "-e", "-o", "comm");
        Assert.Equal(1, noPid.Status);
        Assert.Contains("no column PID", noPid.Errors, StringComparison.Ordinal);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Ps_WhenTheContainerHasStopped_ThenThereIsNoProcessAndNoError()
    {
        string id = await suite.StopAsync();

        Assert.Single((await suite.RunAsync("ps", id)).Expect().Output.TrimEnd().Split('\n'));
        Assert.Equal("[]\n", (await suite.RunAsync("ps", "--format", "json", id)).Expect().Output);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Ps_WhenTheFormatIsNone_ThenItIsRefused()
    {
        Command ps = await suite.RunAsync("ps", "-f", "yaml", "any");

        Assert.Equal(1, ps.Status);
        Assert.Contains("invalid format option", ps.Errors, StringComparison.Ordinal);
    }
}
