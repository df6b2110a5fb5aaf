using System.Text.Json;
using ShimService.Oci.Model;

namespace ShimService.Engine.Hooks;

/// <summary>
/// The state of a container as hooks read it from their standard input.
/// Source: OCI runtime-spec 1.3.0 runtime.md#state.
/// </summary>
internal static class HookState
{
    private const string Version = "1.3.0";

    /// <param name="id">The container's.</param>
    /// <param name="kind">Says the status: what the container is while hooks of this kind run.</param>
    /// <param name="pid">Of its init, as the hook numbers processes; null when there is none.</param>
    /// <param name="bundle">Absolute.</param>
    /// <param name="annotations">The spec's.</param>
    public static byte[] Write(
        string id, HookKind kind, int? pid, string bundle, IReadOnlyDictionary<string, string> annotations)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("ociVersion"u8, Version);
            json.WriteString("id"u8, id);
            json.WriteString("status"u8, Status(kind));
            if (pid is { } known)
            {
                json.WriteNumber("pid"u8, known);
            }

            json.WriteString("bundle"u8, bundle);
            if (annotations.Count > 0)
            {
                json.WriteStartObject("annotations"u8);
                foreach (var (key, value) in annotations)
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static string Status(HookKind kind) => kind switch
    {
        HookKind.Prestart or HookKind.CreateRuntime or HookKind.CreateContainer => "creating",
        HookKind.StartContainer => "created",
        HookKind.Poststart => "running",
        HookKind.Poststop => "stopped",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
