using System.Text.Json.Nodes;

namespace ShimService.Cli.Tests.Suite;

public sealed class ListTests(SuiteRun suite) : IClassFixture<SuiteRun>
{
    [Fact]
    public async Task List_WhenThereAreContainers_ThenEachWithItsState()
    {
        string created = await suite.CreateAsync();
        string running = await suite.StartAsync();
        string[] ids = [created, running];

        string[] table = (await suite.RunAsync("list")).Expect().Output.TrimEnd().Split('\n');
        Assert.Matches("^ID +PID +STATUS +BUNDLE +CREATED +OWNER$", table[0]);
        Assert.Equal(3, table.Length);
        Assert.Matches($"^{created} +[0-9]+ +created +{suite.In("bundle-" + created)} +[0-9TZ:.-]+ +root$", table[1]);
        Assert.Matches($"^{running} +[0-9]+ +running ", table[2]);

        Assert.Equal(ids, (await suite.RunAsync("list", "-q")).Expect().Output.TrimEnd().Split('\n'));
        JsonArray json = JsonNode.Parse((await suite.RunAsync("list", "--format", "json")).Expect().Output)!.AsArray();
        Assert.Equal(ids, json.Select(one => SuiteRun.Text(one!, "id")));
        Assert.Equal(["created", "running"], json.Select(one => SuiteRun.Text(one!, "status")));
        Assert.All(json, one => Assert.Equal(suite.Rootfs, SuiteRun.Text(one!, "rootfs")));
        await suite.DeleteAsync(created);
        await suite.DeleteAsync(running);
    }

    [Theory]
    [InlineData("table", "ID  PID  STATUS  BUNDLE  CREATED  OWNER\n")]
    [InlineData("json", "[]\n")]
    public async Task List_WhenTheRootIsNotThereYet_ThenItIsEmptyAndNotMade(string format, string output)
    {
        string root = suite.In("nowhere");

        Command list = await Command.RunAsync(Repository.Shimctl, "--root", root, "list", "-f", format);

        Assert.Equal(output, list.Expect().Output);
        Assert.False(Directory.Exists(root));
    }

    [Fact]
    public async Task List_WhenTheFormatIsNone_ThenItIsRefused()
    {
        Command list = await suite.RunAsync("list", "-f", "yaml");

        Assert.Equal(1, list.Status);
        Assert.Contains("invalid format option", list.Errors, StringComparison.Ordinal);
    }
}
