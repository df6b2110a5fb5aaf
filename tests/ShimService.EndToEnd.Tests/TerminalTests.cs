using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests;

/// <summary>run -it and exec -it as a person at a terminal has them.</summary>
[Collection(ShimdCollection.Name)]
public class TerminalTests(ShimdFixture fixture)
{
    [Fact]
    public async Task Run_WhenATypingPersonIsThere_ThenItIsTheirTerminal()
    {
        JsonObject result = await TypeAsync(
            """
            [["expect","# "],["send","stty size\n"],["expect","24 80"],
             ["resize",100,40],["send","sleep 0.3; stty size\n"],["expect","40 100"],
             ["send","sh -c 'echo asleep now; exec sleep 100'\n"],["expect","asleep now\r\n"],["send","\u0003"],["expect","# "],
             ["send","tty; exit 7\n"],["expect","/dev/"]]
            """,
            "run", "-it", "--rm", "--rootfs", fixture.Daemon.Rootfs, "-e", "PS1=# ", "sh");

        Assert.True(result["failed"] is null, result.ToJsonString());
        Assert.Equal(7, result["status"]!.GetValue<int>());
        Assert.True(result["restored"]!.GetValue<bool>(), "the terminal's modes are not what they were");
    }

    [Fact]
    public async Task Run_WhenTheDetachKeysAreTyped_ThenTheContainerRunsOnAndCanBeAttachedAgain()
    {
        string id = fixture.NewId();
        JsonObject left = await TypeAsync(
            """[["expect","# "],["send","A=kept\n"],["expect","# "],["send","\u0010\u0011"]]""",
            "run", "-it", "--id", id, "--rootfs", fixture.Daemon.Rootfs, "-e", "PS1=# ", "sh");
        Assert.True(left["failed"] is null, left.ToJsonString());
        Assert.Equal(0, left["status"]!.GetValue<int>());
        Assert.True(left["restored"]!.GetValue<bool>(), "the terminal's modes are not what they were");

        JsonObject back = await TypeAsync(
            """[["send","echo A is $A; exit 2\n"],["expect","A is kept"]]""", "attach", id);

        Assert.True(back["failed"] is null, back.ToJsonString());
        Assert.Equal(2, back["status"]!.GetValue<int>());
        (await fixture.Daemon.ShimctlAsync("delete", id)).Expect();
    }

    [Fact]
    public async Task Exec_WhenATypingPersonIsThere_ThenItIsTheirTerminal()
    {
        string id = fixture.NewId();
        (await fixture.Daemon.ShimctlAsync(
            "run", "-d", "--id", id, "--rootfs", fixture.Daemon.Rootfs, "sleep", "1000")).Expect();

        JsonObject result = await TypeAsync(
            """[["expect","# "],["send","stty size; exit 8\n"],["expect","24 80"]]""",
            "exec", "-it", "-e", "PS1=# ", id, "sh");

        Assert.True(result["failed"] is null, result.ToJsonString());
        Assert.Equal(8, result["status"]!.GetValue<int>());
        Assert.True(result["restored"]!.GetValue<bool>(), "the terminal's modes are not what they were");
        (await fixture.Daemon.ShimctlAsync("delete", "-f", id)).Expect();
    }

    [Fact]
    public async Task Run_WhenWeAreTerminated_ThenTheTerminalIsRestored()
    {
        JsonObject result = await TypeAsync(
            """[["expect","ready"],["signal",15]]""",
            "run", "-it", "--rm", "--rootfs", fixture.Daemon.Rootfs,
            "sh", "-c", "trap 'exit 4' TERM; echo ready; while :; do sleep 0.1; done");

        Assert.True(result["failed"] is null, result.ToJsonString());
        Assert.Equal(4, result["status"]!.GetValue<int>());
        Assert.True(result["restored"]!.GetValue<bool>(), "the terminal's modes are not what they were");
    }

    private async Task<JsonObject> TypeAsync(string steps, params string[] arguments)
    {
        Command typed = await Command.RunAsync(
            "/usr/bin/python3",
            [Repository.In("tests/lib/clients/terminal.py"), steps, Repository.Shimctl, "--socket", fixture.Daemon.Socket, .. arguments],
            input: "",
            TimeSpan.FromSeconds(90));
        return JsonNode.Parse(typed.Expect().Output)!.AsObject();
    }
}
