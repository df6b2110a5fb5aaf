using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests;

/// <summary>What the shim itself has to fear of a container, tried on the published binary.</summary>
[Collection(ShimdCollection.Name)]
public class AttackTests(ShimdFixture fixture)
{
    [Fact]
    [Trait("CVE", "CVE-2019-5736")]
    [Trait("CVE", "CVE-2020-15257")]
    public async Task Create_WhenSomebodyKeepsTheShimsExecutable_ThenItCannotBeWrittenAndNoSocketIsAbstract()
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        string id = fixture.NewId();
        string bundle = Bundle.Write(fixture.Daemon, id, "/bin/sleep", "1000");
        JsonObject created = await client.CallAsync("Create", $$"""{"id":"{{id}}","bundle":"{{bundle}}"}""");

        // Until it is started, the container's process has the shim's own executable, and a hostile image runs it again
        // with "#!/proc/self/exe": so it is kept here, and tried once it is no longer executed from there.
        int pid = created["pid"]!.GetValue<int>();
        int shim = ParentOf(pid);
        string script = $$"""
            exec 3< /proc/{{pid}}/exe 4< /proc/{{shim}}/exe
            {{Repository.Shimctl}} --socket {{fixture.Daemon.Socket}} delete --force {{id}} > /dev/null || exit 9
            for n in 3 4; do
                (: >> /proc/self/fd/$n) 2>&1 | grep -q -E 'Read-only|Text file busy' && echo refused
                chmod $(stat -Lc %a /proc/self/fd/$n) /proc/self/fd/$n 2>&1 | grep -o 'Read-only file system'
            done
            """;
        string[] sockets = [.. Directory.GetFiles($"/proc/{shim}/fd").Select(file => new FileInfo(file).LinkTarget ?? "")
            .Where(target => target.StartsWith("socket:[", StringComparison.Ordinal)).Select(target => $" {target[8..^1]} ")];
        string[] bound = [.. File.ReadLines("/proc/net/unix").Where(
            line => sockets.Any(socket => line.Contains(socket, StringComparison.Ordinal)))];
        Command attack = await Command.RunAsync("/bin/bash", "-c", script);

        Assert.Equal("refused\nRead-only file system\nrefused\nRead-only file system\n", attack.Output);
        Assert.Contains(bound, line => line.Contains('/'));
        Assert.DoesNotContain(bound, line => line.Contains('@'));
        Directory.Delete(bundle, recursive: true);
        Assert.Equal("", Traces.Of(fixture.Daemon, id));
    }

    // man 5 proc_pid_stat: the second field after the command's name.
    private static int ParentOf(int pid)
    {
        string stat = File.ReadAllText($"/proc/{pid}/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1]);
    }
}
