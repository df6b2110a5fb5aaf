using System.Text.Json.Nodes;

namespace ShimService.Cli.Tests.Suite;

/// <summary>What a validation program sees from inside, of properties that take a script to look at.</summary>
public sealed class InsideTests(SuiteRun suite) : IClassFixture<SuiteRun>
{
    [Theory]
    [InlineData("linux.sysctl", """{ "net.ipv4.ip_forward": "1" }""", "cat /proc/sys/net/ipv4/ip_forward", "1\n")]
    [InlineData("process.oomScoreAdj", "500", "cat /proc/self/oom_score_adj", "500\n")]
    [InlineData("process.rlimits", """[{ "type": "RLIMIT_NOFILE", "soft": 100, "hard": 200 }]""", "ulimit -Sn; ulimit -Hn", "100\n200\n")]
    [InlineData("process.user", """{ "uid": 10, "gid": 11, "additionalGids": [12, 13], "umask": 63 }""", "id -u; id -G; umask", "10\n11 12 13\n0077\n")]
    [InlineData("process.cwd", "\"/etc\"", "pwd", "/etc\n")]
    [InlineData("process.env", """["A=1", "PATH=/bin"]""", "echo $A", "1\n")]
    [InlineData("hostname", "\"named\"", "hostname", "named\n")]
    [InlineData("linux.maskedPaths", """["/etc/passwd", "/usr"]""", "cat /etc/passwd; ls /usr; echo masked", "masked\n")]
    [InlineData("linux.readonlyPaths", """["/tmp"]""", "touch /tmp/x 2> /dev/null || echo denied", "denied\n")]
    [InlineData("root.readonly", "true", "touch /x 2> /dev/null || echo denied", "denied\n")]
    [InlineData("process.capabilities", """{ "bounding": ["CAP_KILL", "CAP_NO_SUCH"], "effective": ["CAP_KILL"], "permitted": ["CAP_KILL"] }""", "grep CapEff /proc/self/status", "CapEff:\t0000000000000020\n")]
    public async Task Run_WhenAPropertyIsGiven_ThenTheProgramSeesIt(string path, string value, string script, string output)
    {
        string id = suite.NewId();
        string bundle = suite.Bundle(id, spec => Set(spec, path.Split('.'), value), "/bin/sh", "-c", script);

        Assert.Equal(output, (await suite.RunAsync("run", "--bundle", bundle, id)).Expect().Output);
    }

    [Theory]
    [InlineData("process.rlimits", """[{ "type": "RLIMIT_TEST", "soft": 1, "hard": 2 }]""", "process.rlimits[0].type")]
    [InlineData("linux.namespaces", """[{ "type": "mount" }, { "type": "mount" }]""", "linux.namespaces")]
    [InlineData("linux.namespaces", """[{ "type": "mount" }, { "type": "uts" }, { "type": "network", "path": "/proc/1/ns/pid" }]""", "/proc/1/ns/pid")]
    [InlineData("linux.resources", """{ "hugepageLimits": [{ "pageSize": "3MB", "limit": 0 }] }""", "3MB")]
    public async Task Run_WhenAPropertyIsWrong_ThenItIsNamedAndNothingIsLeft(string path, string value, string words)
    {
        string id = suite.NewId();
        string bundle = suite.Bundle(id, spec => Set(spec, path.Split('.'), value), "/bin/true");

        Command run = await suite.RunAsync("run", "--bundle", bundle, id);

        Assert.Equal(1, run.Status);
        Assert.Contains(words, run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(suite.Root, id)));
    }

    private static void Set(JsonObject spec, string[] path, string value)
    {
        JsonObject parent = spec;
        foreach (string name in path[..^1])
        {
            parent = parent[name]!.AsObject();
        }

        parent[path[^1]] = JsonNode.Parse(value);
    }
}
