using System.Text.Json;
using ShimService.Cli.Direct;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Tests;

public sealed class DirectTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("shimctl-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("../x")]
    [InlineData("a b")]
    public void Directory_WhenTheIdIsNoName_ThenItIsRefused(string id) =>
        Assert.Throws<CliException>(() => new DirectState(_directory).Directory(id));

    [Fact]
    public void Make_WhenTheIdIsInUse_ThenItSaysSo()
    {
        var state = new DirectState(_directory);
        state.Make("c1");

        Assert.Contains("already exists", Assert.Throws<CliException>(() => state.Make("c1")).Message);
    }

    [Fact]
    public void Of_WhenStopped_ThenTheStateDocumentHasNoPid()
    {
        var task = new Contracts.V1.Task { Id = "c1", State = TaskState.Stopped, Pid = 12, Bundle = "/b" };

        using JsonDocument state = JsonDocument.Parse(OciState.Of(task));

        Assert.Equal("stopped", state.RootElement.GetProperty("status").GetString());
        Assert.Equal(0, state.RootElement.GetProperty("pid").GetInt32());
        Assert.Equal("/b", state.RootElement.GetProperty("bundle").GetString());
    }

    [Fact]
    public void Of_WhenAnExecChangesTheProcess_ThenTheRestIsTheContainers()
    {
        using JsonDocument config = JsonDocument.Parse("""
            {"process":{"args":["sleep"],"env":["A=1","B=2"],"cwd":"/w","user":{"uid":5,"gid":6},
             "capabilities":{"bounding":["CAP_KILL"]},"noNewPrivileges":true}}
            """);
        var request = new DirectExecRequest { Id = "c1", Args = ["ls", "-l"], Env = ["B=3"], User = "7:8" };

        using JsonDocument process =
            JsonDocument.Parse(
                ExecProcess.Of(request, config.RootElement.GetProperty("process")).Value.ToStringUtf8());

        JsonElement root = process.RootElement;
        Assert.Equal(["ls", "-l"], root.GetProperty("args").EnumerateArray().Select(word => word.GetString()));
        Assert.Equal(["A=1", "B=3"], root.GetProperty("env").EnumerateArray().Select(word => word.GetString()));
        Assert.Equal(7, root.GetProperty("user").GetProperty("uid").GetInt32());
        Assert.Equal("/w", root.GetProperty("cwd").GetString());
        Assert.True(root.GetProperty("noNewPrivileges").GetBoolean());
        Assert.Equal("CAP_KILL", root.GetProperty("capabilities").GetProperty("bounding")[0].GetString());
    }

    [Fact]
    public void Read_WhenThereIsNoBundle_ThenItSaysWhatIsMissing() =>
        Assert.Contains("config.json", Assert.Throws<CliException>(() => BundleFile.Read("/none")).Message);
}
