using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests;

/// <summary>What a client is told when it asks for what cannot be: the code, and details for programs.</summary>
[Collection(ShimdCollection.Name)]
public class ErrorTests(ShimdFixture fixture)
{
    [Theory]
    [InlineData(ClientKind.Node)]
    [InlineData(ClientKind.Python)]
    public async Task EveryVerb_WhenTheTaskIsUnknown_ThenNotFound(ClientKind kind)
    {
        string id = fixture.NewId();
        foreach (string verb in new[]
        {
            "Start", "Kill", "Pause", "Resume", "Stats", "Pids", "Wait", "Get", "Delete", "ResizePty", "CloseStdin",
        })
        {
            string more = verb == "Kill" ? ""","signal":"TERM" """ : verb == "ResizePty" ? ""","width":80,"height":24""" : "";
            ClientException error = await fixture.Client(kind).FailAsync("NOT_FOUND", verb, $$"""{"id":"{{id}}"{{more}}}""");
            Assert.Contains(id, error.Text);
            Assert.Equal("UNKNOWN_TASK", error.Reason);
        }

        await fixture.Client(kind).FailAsync("NOT_FOUND", "Exec", $$"""{"id":"{{id}}","args":["true"]}""");
        await fixture.Client(kind).FailAsync("NOT_FOUND", "Logs", $$"""{"id":"{{id}}"}""");
    }

    [Theory]
    [InlineData("created", "Pause", "")]
    [InlineData("created", "Resume", "")]
    [InlineData("created", "Exec", ""","args":["true"]""")]
    [InlineData("running", "Start", "")]
    [InlineData("running", "Resume", "")]
    [InlineData("running", "Delete", "")]
    [InlineData("paused", "Start", "")]
    [InlineData("paused", "Pause", "")]
    [InlineData("paused", "Exec", ""","args":["true"]""")]
    [InlineData("paused", "Delete", "")]
    [InlineData("stopped", "Start", "")]
    [InlineData("stopped", "Pause", "")]
    [InlineData("stopped", "Resume", "")]
    [InlineData("stopped", "Exec", ""","args":["true"]""")]
    public async Task AVerb_WhenTheStateForbidsIt_ThenStateAndVerbAreNamed(string state, string verb, string more)
    {
        foreach (ClientKind kind in Enum.GetValues<ClientKind>())
        {
            IndependentClient client = fixture.Client(kind);
            string id = fixture.NewId();
            string me = $$"""{"id":"{{id}}"}""";
            await client.CallAsync("Create", fixture.Shell(id, state == "stopped" ? "exit 0" : "exec sleep 1000"));
            if (state != "created")
            {
                await client.CallAsync("Start", me);
            }

            if (state == "stopped")
            {
                await client.CallAsync("Wait", me);
            }

            if (state == "paused")
            {
                await client.CallAsync("Pause", me);
            }

            ClientException error =
                await client.FailAsync("FAILED_PRECONDITION", verb, $$"""{"id":"{{id}}"{{more}}}""");

            Assert.Equal(state, error.Metadata("state"), ignoreCase: true);
            Assert.Equal(verb, error.Metadata("verb"), ignoreCase: true);
            Assert.NotNull(error.Detail("PreconditionFailure"));
            await client.CallAsync("Delete", $$"""{"id":"{{id}}","force":true}""");
        }
    }

    [Theory]
    [InlineData(ClientKind.Node)]
    [InlineData(ClientKind.Python)]
    public async Task Create_WhenTheIdIsInUse_ThenAlreadyExists(ClientKind kind)
    {
        IndependentClient client = fixture.Client(kind);
        string id = fixture.NewId();
        await client.CallAsync("Create", fixture.Shell(id, "exit 0"));

        ClientException error = await client.FailAsync("ALREADY_EXISTS", "Create", fixture.Shell(id, "exit 0"));

        Assert.Equal("TASK_EXISTS", error.Reason);
        await client.CallAsync("Delete", $$"""{"id":"{{id}}"}""");
    }

    [Theory]
    [InlineData("""{"id":"","config":{"rootfs":{"path":"R"},"args":["true"]}}""", "id")]
    [InlineData("""{"id":"../x","config":{"rootfs":{"path":"R"},"args":["true"]}}""", "id")]
    [InlineData("""{"id":"a b","config":{"rootfs":{"path":"R"},"args":["true"]}}""", "id")]
    [InlineData("""{"id":"ID"}""", "bundle")]
    [InlineData("""{"id":"ID","bundle":"/b","config":{"rootfs":{"path":"R"},"args":["true"]}}""", "config")]
    [InlineData("""{"id":"ID","bundle":"relative"}""", "bundle")]
    [InlineData("""{"id":"ID","config":{"rootfs":{"path":"R"}}}""", "config.args")]
    [InlineData("""{"id":"ID","config":{"args":["true"]}}""", "config.rootfs")]
    [InlineData("""{"id":"ID","config":{"rootfs":{"path":"R"},"args":["true"],"cwd":"relative"}}""", "config.cwd")]
    [InlineData("""{"id":"ID","config":{"rootfs":{"path":"R"},"args":["true"],"user":"nobody"}}""", "config.user")]
    [InlineData(
        """{"id":"ID","config":{"rootfs":{"path":"R"},"args":["true"],"security":{"capabilitiesAdd":["NOPE"]}}}""",
        "config.security.capabilities_add")]
    [InlineData(
        """{"id":"ID","config":{"rootfs":{"path":"R"},"args":["true"],"mounts":[{"source":"/etc","destination":"y"}]}}""",
        "config.mounts[0].destination")]
    public async Task Create_WhenARequestIsMalformed_ThenTheFieldIsNamed(string request, string field)
    {
        string id = fixture.NewId();
        request = request.Replace("\"R\"", $"\"{fixture.Daemon.Rootfs}\"", StringComparison.Ordinal)
            .Replace("\"ID\"", $"\"{id}\"", StringComparison.Ordinal);
        foreach (ClientKind kind in Enum.GetValues<ClientKind>())
        {
            ClientException error = await fixture.Client(kind).FailAsync("INVALID_ARGUMENT", "Create", request);

            JsonNode violation = Assert.Single(error.Detail("BadRequest")!["fieldViolations"]!.AsArray())!;
            Assert.StartsWith(field, violation["field"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        Assert.Equal("", Traces.Of(fixture.Daemon, id));
    }

    [Fact]
    public async Task Create_WhenTheBundlesSpecIsWrong_ThenItsFieldIsNamedAndNothingStays()
    {
        string id = fixture.NewId();
        string bundle = Bundle.Write(
            fixture.Daemon, id + "-b", spec => spec["process"]!["cwd"] = "not/absolute", "/bin/true");

        ClientException error = await fixture.Client(ClientKind.Node).FailAsync(
            "INVALID_ARGUMENT", "Create", $$"""{"id":"{{id}}","bundle":"{{bundle}}"}""");

        Assert.Contains("process.cwd", error.Message);
        Directory.Delete(bundle, recursive: true);
        Assert.Equal("", Traces.Of(fixture.Daemon, id));
    }

    [Fact]
    public async Task Create_WhenAFieldIsNotImplemented_ThenItIsRefusedByName()
    {
        string id = fixture.NewId();
        string bundle = Bundle.Write(
            fixture.Daemon,
            id + "-b",
            spec => spec["vm"] = new JsonObject { ["kernel"] = new JsonObject { ["path"] = "/k" } },
            "/bin/true");

        ClientException error = await Assert.ThrowsAsync<ClientException>(() => fixture.Client(ClientKind.Node)
            .CallAsync("Create", $$"""{"id":"{{id}}","bundle":"{{bundle}}"}"""));

        Assert.Contains(error.Code, new[] { "INVALID_ARGUMENT", "UNIMPLEMENTED" });
        Assert.Contains("vm", error.Text);
    }

    [Theory]
    [InlineData(ClientKind.Node)]
    [InlineData(ClientKind.Python)]
    public async Task Wait_WhenTheDeadlinePasses_ThenTheCallEndsAndTheContainerRunsOn(ClientKind kind)
    {
        IndependentClient client = fixture.Client(kind);
        string id = fixture.NewId();
        await client.CallAsync("Run", fixture.Shell(id, "exec sleep 1000"));

        ClientException error = await Assert.ThrowsAsync<ClientException>(
            () => client.CallAsync("Wait", $$"""{"id":"{{id}}"}""", timeoutSeconds: 1));

        Assert.Equal("DEADLINE_EXCEEDED", error.Code);
        JsonObject task = await client.CallAsync("Get", $$"""{"id":"{{id}}"}""");
        Assert.Equal("RUNNING", task["task"]!["state"]!.GetValue<string>());
        await client.CallAsync("Delete", $$"""{"id":"{{id}}","force":true}""");
    }

    [Theory]
    [InlineData(ClientKind.Node)]
    [InlineData(ClientKind.Python)]
    public async Task Checkpoint_WhenAsked_ThenUnimplemented(ClientKind kind)
    {
        string id = fixture.NewId();
        await fixture.Client(kind).CallAsync("Create", fixture.Shell(id, "exit 0"));

        await fixture.Client(kind).FailAsync("UNIMPLEMENTED", "Checkpoint", $$"""{"id":"{{id}}"}""");

        await fixture.Client(kind).CallAsync("Delete", $$"""{"id":"{{id}}"}""");
    }
}
