using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests;

/// <summary>Logs that follow and attachments that carry both directions.</summary>
[Collection(ShimdCollection.Name)]
public class StreamsTests(ShimdFixture fixture)
{
    [Theory]
    [InlineData(ClientKind.Node)]
    [InlineData(ClientKind.Python)]
    public async Task Logs_WhenFollowed_ThenWhatComesIsSentAndTheEndEndsIt(ClientKind kind)
    {
        IndependentClient client = fixture.Client(kind);
        string id = fixture.NewId();
        await client.CallAsync("Run", fixture.Shell(id, "echo first; read line; echo got $line", """{"openStdin":true}"""));
        ClientCall logs = await client.OpenAsync("Logs", $$"""{"id":"{{id}}","follow":true}""");
        await Streams.UntilAsync(logs, "first\n");

        ClientCall attach = await client.OpenAsync("Attach", $$"""{"id":"{{id}}"}""");
        await attach.SendAsync($$"""{"stdin":"{{Convert.ToBase64String("hello\n"u8)}}"}""");

        Assert.Equal("got hello\n", Streams.Text(await logs.AllAsync(), "STDOUT"));
        await attach.DoneAsync();
        Assert.Equal("got hello\n", Streams.Text(await attach.AllAsync(), "STDOUT"));
        await client.CallAsync("Wait", $$"""{"id":"{{id}}"}""");
        await client.CallAsync("Delete", $$"""{"id":"{{id}}"}""");
    }

    [Theory]
    [InlineData(ClientKind.Node)]
    [InlineData(ClientKind.Python)]
    public async Task Attach_WhenStdinIsClosed_ThenTheProgramSeesItsEnd(ClientKind kind)
    {
        IndependentClient client = fixture.Client(kind);
        string id = fixture.NewId();
        await client.CallAsync("Create", fixture.Shell(id, "cat; echo over >&2; exit 6", """{"openStdin":true}"""));
        ClientCall attach = await client.OpenAsync("Attach", $$"""{"id":"{{id}}","withLog":true}""");
        await client.CallAsync("Start", $$"""{"id":"{{id}}"}""");

        await attach.SendAsync($$"""{"stdin":"{{Convert.ToBase64String("one\n"u8)}}"}""");
        await attach.SendAsync($$"""{"stdin":"{{Convert.ToBase64String("two\n"u8)}}","closeStdin":true}""");

        List<JsonObject> output = await attach.AllAsync();
        Assert.Equal("one\ntwo\n", Streams.Text(output, "STDOUT"));
        Assert.Equal("over\n", Streams.Text(output, "STDERR"));
        JsonObject exit = await client.CallAsync("Wait", $$"""{"id":"{{id}}"}""");
        Assert.Equal(6, exit["exitStatus"]!.GetValue<int>());
        await client.CallAsync("Delete", $$"""{"id":"{{id}}"}""");
    }

    [Fact]
    public async Task CloseStdin_WhenCalled_ThenTheProgramSeesItsEnd()
    {
        IndependentClient client = fixture.Client(ClientKind.Python);
        string id = fixture.NewId();
        await client.CallAsync("Run", fixture.Shell(id, "cat; exit 9", """{"openStdin":true}"""));

        await client.CallAsync("CloseStdin", $$"""{"id":"{{id}}"}""");

        JsonObject exit = await client.CallAsync("Wait", $$"""{"id":"{{id}}"}""");
        Assert.Equal(9, exit["exitStatus"]!.GetValue<int>());
        await client.CallAsync("Delete", $$"""{"id":"{{id}}"}""");
    }

    [Fact]
    public async Task Logs_WhenThereIsALot_ThenEveryByteIsThereInOrder()
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        (int status, string output) = await fixture.RunAsync(client, "seq 1 200000");

        Assert.Equal(0, status);
        Assert.Equal(string.Concat(Enumerable.Range(1, 200000).Select(n => n + "\n")), output);
    }

    [Fact]
    public async Task Logs_WhenTheTailIsAsked_ThenOnlyTheLastLinesCome()
    {
        IndependentClient client = fixture.Client(ClientKind.Node);
        string id = fixture.NewId();
        await client.CallAsync("Run", fixture.Shell(id, "seq 1 100"));
        await client.CallAsync("Wait", $$"""{"id":"{{id}}"}""");

        ClientCall call = await client.OpenAsync("Logs", $$"""{"id":"{{id}}","tailLines":"3"}""");

        Assert.Equal("98\n99\n100\n", Streams.Text(await call.AllAsync(), "STDOUT"));
        await client.CallAsync("Delete", $$"""{"id":"{{id}}"}""");
    }

    [Fact]
    public async Task Attach_WhenThereIsATerminal_ThenItHasASizeThatCanChange()
    {
        IndependentClient client = fixture.Client(ClientKind.Python);
        string id = fixture.NewId();
        await client.CallAsync("Create", fixture.Shell(
            id,
            "stty size; read x; stty size; tty",
            """{"terminal":true,"openStdin":true,"consoleSize":{"width":90,"height":30}}"""));
        ClientCall attach = await client.OpenAsync("Attach", $$"""{"id":"{{id}}","withLog":true}""");
        await client.CallAsync("Start", $$"""{"id":"{{id}}"}""");
        await Streams.UntilAsync(attach, "30 90");

        await client.CallAsync("ResizePty", $$"""{"id":"{{id}}","width":120,"height":50}""");
        await attach.SendAsync($$"""{"stdin":"{{Convert.ToBase64String("\n"u8)}}"}""");

        string rest = Streams.Text(await attach.AllAsync(), "");
        Assert.Contains("50 120", rest);
        Assert.Contains("/dev/", rest);
        await client.CallAsync("Wait", $$"""{"id":"{{id}}"}""");
        await client.CallAsync("Delete", $$"""{"id":"{{id}}"}""");
    }
}
