namespace ShimService.EndToEnd.Tests;

/// <summary>A launch that cannot succeed says which step, which errno and what to do, and leaves nothing.</summary>
[Collection(ShimdCollection.Name)]
public class FailedLaunchTests(ShimdFixture fixture)
{
    [Theory]
    [InlineData(ClientKind.Node)]
    [InlineData(ClientKind.Python)]
    public async Task Create_WhenTheProgramIsMissing_ThenItSaysSoAndLeavesNothing(ClientKind kind)
    {
        string id = fixture.NewId();
        string request = $$$"""
            {"id":"{{{id}}}","config":{"rootfs":{"path":"{{{fixture.Daemon.Rootfs}}}"},"args":["/bin/nonexistent"]}}
            """;

        ClientException error = await Assert.ThrowsAsync<ClientException>(
            () => fixture.Client(kind).CallAsync("Create", request));

        AssertTold(error, "ENOENT", "/bin/nonexistent");
        Assert.Equal("", Traces.Of(fixture.Daemon, id));
        await fixture.Client(kind).FailAsync("NOT_FOUND", "Get", $$"""{"id":"{{id}}"}""");
    }

    [Theory]
    [InlineData(ClientKind.Node)]
    [InlineData(ClientKind.Python)]
    public async Task Run_WhenTheProgramIsNotExecutable_ThenItSaysSoAndLeavesNothing(ClientKind kind)
    {
        string id = fixture.NewId();
        string request = $$$"""
            {"id":"{{{id}}}","config":{"rootfs":{"path":"{{{fixture.Daemon.Rootfs}}}"},"args":["/etc/passwd"]}}
            """;

        ClientException error = await Assert.ThrowsAsync<ClientException>(
            () => fixture.Client(kind).CallAsync("Run", request));

        AssertTold(error, "EACCES", "/etc/passwd");
        Assert.Equal("", Traces.Of(fixture.Daemon, id));
    }

    [Theory]
    [InlineData(ClientKind.Node)]
    [InlineData(ClientKind.Python)]
    public async Task Run_WhenAMountFails_ThenItSaysSoAndLeavesNothing(ClientKind kind)
    {
        string id = fixture.NewId();
        string request = fixture.Shell(
            id, "true", """{"mounts":[{"type":"tmpfs","source":"tmpfs","destination":"/mnt","options":["size=nonsense"]}]}""");

        ClientException error = await Assert.ThrowsAsync<ClientException>(
            () => fixture.Client(kind).CallAsync("Run", request));

        AssertTold(error, "EINVAL", "size=nonsense");
        Assert.Equal("", Traces.Of(fixture.Daemon, id));
        Assert.False(
            (await fixture.Daemon.ShimctlAsync("list", "-q")).Output.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_WhenAMountHasAnUnknownType_ThenStepErrnoAndHintAreNamed()
    {
        string id = fixture.NewId();
        string request = fixture.Shell(
            id, "true", """{"mounts":[{"type":"nosuchfs","source":"x","destination":"/mnt"}]}""");

        ClientException error = await Assert.ThrowsAsync<ClientException>(
            () => fixture.Client(ClientKind.Node).CallAsync("Run", request));

        AssertTold(error, "ENODEV", "/mnt");
        Assert.Equal("", Traces.Of(fixture.Daemon, id));
    }

    [Fact]
    public async Task Exec_WhenTheProgramIsMissing_ThenItSaysSoAndTheContainerRunsOn()
    {
        IndependentClient client = fixture.Client(ClientKind.Python);
        string id = fixture.NewId();
        await client.CallAsync("Run", fixture.Shell(id, "exec sleep 1000"));

        ClientException error = await Assert.ThrowsAsync<ClientException>(
            () => client.CallAsync("Exec", $$"""{"id":"{{id}}","execId":"x1","args":["/bin/nonexistent"]}"""));

        AssertTold(error, "ENOENT", "/bin/nonexistent");
        var task = (await client.CallAsync("Get", $$"""{"id":"{{id}}"}"""))["task"]!;
        Assert.Equal("RUNNING", task["state"]!.GetValue<string>());
        Assert.Empty(task["execs"]?.AsArray() ?? []);
        await client.CallAsync("Delete", $$"""{"id":"{{id}}","force":true}""");
        Assert.Equal("", Traces.Of(fixture.Daemon, id));
    }

    private static void AssertTold(ClientException error, string errno, string subject)
    {
        Assert.Equal("LAUNCH_FAILED", error.Reason);
        Assert.Equal(errno, error.Metadata("errno"));
        Assert.NotEqual("", error.Metadata("step"));
        Assert.NotEqual("", error.Metadata("hint"));
        Assert.Contains(errno, error.Text);
        Assert.Contains(subject, error.Message);
    }
}
