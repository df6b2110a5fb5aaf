using System.Text;
using System.Text.Json;
using ShimService.Cli.Output;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Direct;

/// <summary>
/// The state document as runc prints it. Pure. Source: OCI runtime-spec 1.3.0 runtime.md#state; rootfs, created and
/// owner are runc's.
/// </summary>
internal static class OciState
{
    private const string OciVersion = "1.3.0";

    public static string Of(Contracts.V1.Task task)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("ociVersion", OciVersion);
            json.WriteString("id", task.Id);
            json.WriteNumber("pid", task.State == TaskState.Stopped ? 0 : task.Pid);
            json.WriteString("status", Word(task.State));
            json.WriteString("bundle", task.Bundle);
            json.WriteString("created", Words.Time(task.CreatedAt));
            json.WriteString("owner", "");
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    public static string Word(TaskState state) => state switch
    {
        TaskState.Created => "created",
        TaskState.Running => "running",
        TaskState.Paused => "paused",
        TaskState.Stopped => "stopped",
        TaskState.Unknown => "creating",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "not a task state"),
    };
}
