using System.Text;
using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests.Harness;

/// <summary>Output of a process, put together from the messages that carried it.</summary>
internal static class Streams
{
    public static async Task<string> LogsAsync(IndependentClient client, string id, string stream, string execId = "")
    {
        ClientCall call = await client.OpenAsync("Logs", $$"""{"id":"{{id}}","execId":"{{execId}}"}""", 30);
        return Text(await call.AllAsync(), stream);
    }

    /// <summary>One of the streams, "STDOUT" or "STDERR"; "" = both, as they came.</summary>
    public static string Text(IEnumerable<JsonObject> messages, string stream) =>
        string.Concat(messages
            .Where(message => stream.Length == 0 || message["stream"]?.GetValue<string>() == stream)
            .Select(message => Encoding.UTF8.GetString(Convert.FromBase64String(message["data"]?.GetValue<string>() ?? ""))));

    /// <summary>Reads on until the text has come, within the call's limits.</summary>
    public static async Task<string> UntilAsync(ClientCall call, string wanted)
    {
        var text = new StringBuilder();
        while (!text.ToString().Contains(wanted, StringComparison.Ordinal))
        {
            text.Append(Text([await call.NextAsync()], ""));
        }

        return text.ToString();
    }
}
