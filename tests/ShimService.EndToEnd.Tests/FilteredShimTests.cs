using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests;

/// <summary>
/// A shim under a filter that does not let newer calls through, as in a container of an old profile: there is no second
/// way to mount without following links, so what is missing is named.
/// </summary>
[Collection(ShimdCollection.Name)]
public class FilteredShimTests(ShimdFixture fixture)
{
    [Theory]
    [InlineData("ENOSYS", "437", "too old for openat2")]
    [InlineData("EPERM", "437", "may not call openat2")]
    [InlineData("EPERM", "430", "may not call fsopen")]
    [InlineData("ENOSYS", "428,429,430,431,432,442", "too old for ")]
    public async Task Create_WhenAFilterRefusesNewCalls_ThenTheCallIsNamedAndNothingIsLeft(
        string answer, string calls, string told)
    {
        string id = fixture.NewId();
        string bundle = Bundle.Write(fixture.Daemon, id + "-b", spec => spec["mounts"]!.AsArray().Add(new JsonObject
        {
            ["destination"] = "/tmp/a/b",
            ["type"] = "tmpfs",
            ["source"] = "tmpfs",
        }), "/bin/sleep", "1000");
        string root = Path.Combine(fixture.Daemon.Work, "filtered");

        Command create = await Command.RunAsync(
            "/usr/bin/python3", Repository.In("tests/lib/clients/without_call.py"), answer, calls,
            Repository.Shimctl, "--root", root, "create", "--bundle", bundle, id);

        Assert.Equal(1, create.Status);
        Assert.Contains($"{answer} — ", create.Errors);
        Assert.Contains(told, create.Errors);
        Directory.Delete(bundle, recursive: true);
        Assert.False(Directory.Exists(Path.Combine(root, id)));
        await Eventually.BecomesAsync("", () => Traces.Of(fixture.Daemon, id), "nothing of it is left");
    }
}
