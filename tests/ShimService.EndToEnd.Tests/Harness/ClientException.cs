using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests.Harness;

/// <summary>A call that did not end well, as the independent client saw it.</summary>
internal sealed class ClientException(string method, string code, string message, JsonArray details)
    : Exception($"{method}: {code}: {message} {details.ToJsonString()}")
{
    /// <summary>As gRPC writes it: FAILED_PRECONDITION.</summary>
    public string Code { get; } = code;

    public string Text { get; } = message;

    /// <summary>The google.rpc detail of that short name, or null.</summary>
    public JsonNode? Detail(string name) =>
        details.FirstOrDefault(one => one!["@type"]!.GetValue<string>() == "google.rpc." + name);

    /// <summary>ErrorInfo.metadata, "" where it has no such entry.</summary>
    public string Metadata(string name) => Detail("ErrorInfo")?["metadata"]?[name]?.GetValue<string>() ?? "";

    public string Reason => Detail("ErrorInfo")?["reason"]?.GetValue<string>() ?? "";
}
