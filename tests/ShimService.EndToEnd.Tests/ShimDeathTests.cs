using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests;

/// <summary>A shim that is killed while its container waits for its start.</summary>
[Collection(ShimdCollection.Name)]
public class ShimDeathTests(ShimdFixture fixture)
{
    private string Root => Path.Combine(fixture.Daemon.Work, "death");

    [Fact]
    public async Task Delete_WhenTheShimDiedBetweenCreateAndStart_ThenTheProgramNeverRunsAndNothingIsLeft()
    {
        string id = fixture.NewId();
        string ran = Path.Combine(fixture.Daemon.Work, id + ".out");
        string bundle = Bundle.Write(fixture.Daemon, id + "-b", "/bin/echo", "ran");
        (await Command.RunAsync("/bin/sh", "-c",
            $"{Repository.Shimctl} --root {Root} create --bundle {bundle} {id} > {ran} 2>&1 < /dev/null")).Expect();
        int init = JsonNode.Parse((await VerbAsync("state", id)).Expect().Output)!["pid"]!.GetValue<int>();
        string shim = ParentOf(init);

        (await Command.RunAsync("/bin/sh", "-c", $"kill -9 {shim}")).Expect();
        await Eventually.BecomesAsync(false, () => IsAlive(init), "the parked process ends with its shim");
        Command start = await VerbAsync("start", id);
        (await VerbAsync("delete", "--force", id)).Expect();

        Assert.Equal(1, start.Status);
        Assert.Contains("delete --force", start.Errors);
        Assert.Equal("", await File.ReadAllTextAsync(ran));
        Directory.Delete(bundle, recursive: true);
        Assert.False(Directory.Exists(Path.Combine(Root, id)));
        await Eventually.BecomesAsync("", () => Traces.Of(fixture.Daemon, id), "nothing of it is left");
    }

    // man 5 proc_pid_stat: the state and the parent follow the name in parentheses.
    private static string[] Stat(int pid) =>
        File.ReadAllText($"/proc/{pid}/stat") is var text ? text[(text.LastIndexOf(')') + 2)..].Split(' ') : [];

    private static string ParentOf(int pid) => Stat(pid)[1];

    // One that nobody has waited for yet is dead too.
    private static bool IsAlive(int pid)
    {
        try
        {
            return Stat(pid)[0] is not ("Z" or "X");
        }
        catch (IOException)
        {
            return false;
        }
    }

    private Task<Command> VerbAsync(params string[] arguments) =>
        Command.RunAsync(Repository.Shimctl, ["--root", Root, .. arguments]);
}
