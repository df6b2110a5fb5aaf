using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace ShimService.EndToEnd.Tests.Harness;

/// <summary>An open call of an independent client.</summary>
internal sealed class ClientCall(IndependentClient client, int number, string method)
{
    private readonly Channel<JsonObject> _messages = Channel.CreateUnbounded<JsonObject>();

    public Task SendAsync(string message) =>
        client.WriteAsync(new JsonObject { ["call"] = number, ["send"] = JsonNode.Parse(message) });

    public Task DoneAsync() => client.WriteAsync(new JsonObject { ["call"] = number, ["done"] = true });

    public Task CancelAsync() => client.WriteAsync(new JsonObject { ["call"] = number, ["cancel"] = true });

    /// <summary>The next message, within the limit.</summary>
    /// <exception cref="ClientException">The call ended with an error.</exception>
    public async Task<JsonObject> NextAsync(TimeSpan? limit = null)
    {
        using var over = new CancellationTokenSource(limit ?? TimeSpan.FromSeconds(30));
        try
        {
            return await _messages.Reader.ReadAsync(over.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{method}: no message");
        }
    }

    /// <summary>Every message up to the call's end, within the limit.</summary>
    public async Task<List<JsonObject>> AllAsync(TimeSpan? limit = null)
    {
        using var over = new CancellationTokenSource(limit ?? TimeSpan.FromSeconds(60));
        var all = new List<JsonObject>();
        try
        {
            await foreach (JsonObject message in _messages.Reader.ReadAllAsync(over.Token))
            {
                all.Add(message);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{method}: not ended after {all.Count} messages");
        }

        return all;
    }

    internal void Accept(JsonObject line)
    {
        if (line["message"] is JsonObject message)
        {
            _messages.Writer.TryWrite((JsonObject)message.DeepClone());
        }

        if (line["status"] is JsonObject status)
        {
            string code = status["code"]!.GetValue<string>();
            _messages.Writer.TryComplete(code == "OK" ? null : new ClientException(
                method, code, status["message"]!.GetValue<string>(), (JsonArray)status["details"]!.DeepClone()));
        }
    }

    internal void Abandon(string reason) => _messages.Writer.TryComplete(new InvalidOperationException(reason));
}
