using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace ShimService.Cli.Direct;

/// <summary>
/// The OCI process of an exec: the container's own from its config.json with what the caller changed, as runc has it.
/// Pure but for the two files it is handed.
/// </summary>
internal static class ExecProcess
{
    private const string TypeUrl = "types.containerd.io/opencontainers/runtime-spec/1/Process";

    public static Any Of(DirectExecRequest request, string bundle)
    {
        if (request.ProcessFile is { } file)
        {
            return new Any { TypeUrl = TypeUrl, Value = ByteString.CopyFrom(File.ReadAllBytes(file)) };
        }

        using JsonDocument config = BundleFile.Read(bundle);
        JsonElement process = config.RootElement.GetProperty("process");
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBoolean("terminal", request.Terminal);
            WriteUser(json, request.User, process);
            json.WriteStartArray("args");
            foreach (string word in request.Args)
            {
                json.WriteStringValue(word);
            }

            json.WriteEndArray();
            WriteEnv(json, request.Env, process);
            if (request.Cwd is { } cwd)
            {
                json.WriteString("cwd", cwd);
            }

            foreach (JsonProperty inherited in process.EnumerateObject())
            {
                bool ours = inherited.Name is "terminal" or "consoleSize" or "user" or "args" or "env"
                    || (inherited.Name == "cwd" && request.Cwd is not null);
                if (!ours)
                {
                    inherited.WriteTo(json);
                }
            }

            json.WriteEndObject();
        }

        return new Any { TypeUrl = TypeUrl, Value = ByteString.CopyFrom(buffer.ToArray()) };
    }

    private static void WriteUser(Utf8JsonWriter json, string? user, JsonElement process)
    {
        json.WritePropertyName("user");
        if (user is null && process.TryGetProperty("user", out JsonElement inherited))
        {
            inherited.WriteTo(json);
            return;
        }

        string[] parts = (user ?? "0").Split(':', 2);
        json.WriteStartObject();
        json.WriteNumber("uid", Number(parts[0]));
        json.WriteNumber("gid", parts.Length == 2 ? Number(parts[1]) : 0);
        json.WriteEndObject();
    }

    private static uint Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
            ? number
            : throw new CliException($"--user {text}: write UID or UID:GID, as numbers", ExitStatus.RuncStyle);

    private static void WriteEnv(Utf8JsonWriter json, string[] changes, JsonElement process)
    {
        static string NameOf(string variable) => variable.Split('=', 2)[0];

        json.WriteStartArray("env");
        if (process.TryGetProperty("env", out JsonElement inherited) && inherited.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement variable in inherited.EnumerateArray())
            {
                string text = variable.GetString() ?? "";
                if (!changes.Any(change => NameOf(change) == NameOf(text)))
                {
                    json.WriteStringValue(text);
                }
            }
        }

        foreach (string change in changes)
        {
            json.WriteStringValue(change);
        }

        json.WriteEndArray();
    }
}
