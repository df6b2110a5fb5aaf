using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests;

/// <summary>Which engines there are, and what becomes of a runtime that does not do what it should.</summary>
[Collection(ShimdCollection.Name)]
public class EngineTests(ShimdFixture fixture)
{
    [Fact]
    public async Task Info_WhenEnginesWereGiven_ThenItListsThemAfterOurs()
    {
        JsonObject info = await fixture.Client(ClientKind.Python).CallAsync("shimservice.v1.SystemService/Info", "{}");

        Assert.Equal(
            ["native", .. fixture.Daemon.Engines.Values],
            info["engines"]!.AsArray().Select(engine => engine!.GetValue<string>()));
    }

    [Theory]
    [InlineData("oci:/usr/bin/false")]
    [InlineData("oci:runc")]
    [InlineData("runc")]
    [InlineData("native ")]
    public async Task Create_WhenTheEngineIsUnknown_ThenFieldValueAndWhatThereIsAreNamed(string engine)
    {
        string id = fixture.NewId();
        JsonObject request = JsonNode.Parse(fixture.Shell(id, "true"))!.AsObject();
        request["engine"] = engine;

        ClientException error = await fixture.Client(ClientKind.Node)
            .FailAsync("INVALID_ARGUMENT", "Create", request.ToJsonString());

        Assert.Equal("UNKNOWN_ENGINE", error.Reason);
        Assert.Equal("engine", error.Detail("BadRequest")!["fieldViolations"]![0]!["field"]!.GetValue<string>());
        Assert.Contains($"\"{engine}\"", error.Text);
        Assert.Contains(fixture.Daemon.Engines[Engines.Runc], error.Text);
        Assert.Equal("", Traces.Of(fixture.Daemon, id));
    }

    [Theory]
    [InlineData("oci:/nonexistent", "no such file")]
    [InlineData("oci:/etc/passwd", "not executable")]
    [InlineData("oci:/usr", "no such file")]
    [InlineData("runc", "absolute path")]
    public async Task Start_WhenAnEngineIsNoProgram_ThenShimdSaysSoAndEnds(string engine, string problem)
    {
        Command shimd = await Command.RunAsync(
            Path.Combine(Repository.Binaries, "shimd"), "--state", Path.Combine(fixture.Daemon.Work, "other"),
            "--root", Path.Combine(fixture.Daemon.Work, "other"), "--engine", engine);

        Assert.NotEqual(0, shimd.Status);
        Assert.Contains(engine, shimd.Errors);
        Assert.Contains(problem, shimd.Errors);
    }

    [Fact]
    public async Task Create_WhenTheRuntimeOnlyPretends_ThenThatIsSaidAndNothingIsLeft()
    {
        string id = fixture.NewId();

        ClientException error = await fixture.Client(ClientKind.Node)
            .FailAsync("INTERNAL", "Create", Request(Engines.Lying, id));

        Assert.Equal("lying create", error.Metadata("step"));
        Assert.Contains("pid-file", error.Text);
        Assert.Equal("", Traces.Of(fixture.Daemon, id));
    }

    [Fact]
    public async Task Delete_WhenTheRuntimeIsGone_ThenItSucceedsAndTheIdIsFreeForItsSuccessor()
    {
        IndependentClient client = fixture.Client(ClientKind.Python);
        string id = fixture.NewId();
        string runtime = fixture.Daemon.Engines[Engines.Leaving]["oci:".Length..];
        await client.CallAsync("Run", Request(Engines.Leaving, id, "sleep 1000"));
        File.Move(runtime, runtime + ".away");
        try
        {
            ClientException error = await client.FailAsync(
                "FAILED_PRECONDITION", "Create", Request(Engines.Leaving, fixture.NewId()));
            Assert.Equal("leaving create", error.Metadata("step"));
            Assert.Contains("put it back", error.Text);

            await client.CallAsync("Delete", $$"""{"id":"{{id}}","force":true}""");
            Assert.Equal("", Traces.Of(fixture.Daemon, id));
        }
        finally
        {
            File.Move(runtime + ".away", runtime);
        }

        await client.CallAsync("Create", Request(Engines.Leaving, id));
        await client.CallAsync("Delete", $$"""{"id":"{{id}}","force":true}""");
        Assert.Equal("", Traces.Of(fixture.Daemon, id));
    }

    [Fact]
    public async Task Delete_WhenTheRuntimesCreateHangs_ThenItIsEndedAndNothingIsLeft()
    {
        IndependentClient client = fixture.Client(ClientKind.Python);
        string id = fixture.NewId();
        Task<JsonObject> create = client.CallAsync("Create", Request(Engines.Hanging, id));
        await BeginsAsync(id);

        await client.CallAsync("Delete", $$"""{"id":"{{id}}","force":true}""");

        await Assert.ThrowsAsync<ClientException>(() => create);
        Assert.Equal("", Traces.Of(fixture.Daemon, id));
    }

    [Fact]
    public async Task Kill_WhenTheShimDiesInARuntimesCreate_ThenTheRuntimeDiesTooAndNothingIsLeft()
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        string id = fixture.NewId();
        JsonObject request = JsonNode.Parse(Request(Engines.Hanging, id))!.AsObject();
        request["group"] = "own";
        Task<JsonObject> create = client.CallAsync("Create", request.ToJsonString());
        await BeginsAsync(id);
        JsonObject info = await client.CallAsync("shimservice.v1.SystemService/Info", "{}");
        JsonNode shim = info["shims"]!.AsArray().Single(one => one!["group"]?.GetValue<string>() == "own:" + id)!;

        (await Command.RunAsync("kill", "-9", shim["pid"]!.GetValue<int>().ToString())).Expect();

        await Assert.ThrowsAsync<ClientException>(() => create);
        await Eventually.BecomesAsync("", () => Traces.Of(fixture.Daemon, id), "what is left");
    }

    private Task BeginsAsync(string id) => Eventually.BecomesAsync(
        true,
        () => File.Exists($"{fixture.Daemon.Engines[Engines.Hanging]["oci:".Length..]}.{id}"),
        "the runtime's create hangs");

    private string Request(string engine, string id, string script = "true")
    {
        JsonObject request = JsonNode.Parse(fixture.Shell(id, script))!.AsObject();
        request["engine"] = fixture.Daemon.Engines[engine];
        return request.ToJsonString();
    }
}
