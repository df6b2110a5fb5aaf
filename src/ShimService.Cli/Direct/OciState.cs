using System.Text;
using System.Text.Json;
using ShimService.Cli.Output;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Direct;

/// <summary>
/// The state document as runc prints it. Source: OCI runtime-spec 1.3.0 runtime.md#state; rootfs, created and owner are
/// runc's.
/// </summary>
internal static class OciState
{
    public const string OciVersion = "1.3.0";

    /// <param name="config">The config.json it was created from: root and annotations are told too.</param>
    public static string Of(Contracts.V1.Task task, byte[]? config = null) =>
        Format(indented: true, json => Write(json, task, config));

    /// <summary>An array of them, on one line.</summary>
    public static string OfAll(IEnumerable<(Contracts.V1.Task Task, byte[]? Config)> all) =>
        Format(indented: false, json =>
        {
            json.WriteStartArray();
            foreach ((Contracts.V1.Task task, byte[]? config) in all)
            {
                Write(json, task, config);
            }

            json.WriteEndArray();
        });

    /// <summary>The init process; 0 when it has exited.</summary>
    public static uint Pid(Contracts.V1.Task task) => task.State == TaskState.Stopped ? 0 : task.Pid;

    public static string Word(TaskState state) => state switch
    {
        TaskState.Created => "created",
        TaskState.Running => "running",
        TaskState.Paused => "paused",
        TaskState.Stopped => "stopped",
        TaskState.Unknown => "creating",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "not a task state"),
    };

    private static string Format(bool indented, Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = indented }))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter json, Contracts.V1.Task task, byte[]? config)
    {
        json.WriteStartObject();
        json.WriteString("ociVersion", OciVersion);
        json.WriteString("id", task.Id);
        json.WriteNumber("pid", Pid(task));
        json.WriteString("status", Word(task.State));
        json.WriteString("bundle", task.Bundle);
        using JsonDocument? document = config is null ? null : JsonDocument.Parse(config);
        if (document?.RootElement.TryGetProperty("root", out JsonElement root) == true
            && root.TryGetProperty("path", out JsonElement path)
            && path.GetString() is { } rootfs)
        {
            json.WriteString("rootfs", Path.GetFullPath(rootfs, task.Bundle));
        }

        json.WriteString("created", Words.Time(task.CreatedAt));
        if (document?.RootElement.TryGetProperty("annotations", out JsonElement annotations) == true)
        {
            json.WritePropertyName("annotations");
            annotations.WriteTo(json);
        }

        json.WriteString("owner", Environment.UserName);
        json.WriteEndObject();
    }
}
