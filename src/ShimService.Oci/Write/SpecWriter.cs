using System.Text.Json;
using ShimService.Oci.Model;

namespace ShimService.Oci.Write;

/// <summary>
/// Writes the model as JSON of OCI runtime-spec 1.3.0. What is absent or empty is left out, so that what was read and
/// is written again says the same. No reflection: safe in the shim.
/// </summary>
public static class SpecWriter
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, MaxDepth = 32 };

    /// <summary>A whole config.json, indented for people.</summary>
    public static byte[] Write(Spec spec) => Document(writer => Write(writer, spec));

    /// <summary>A process object alone, as Exec takes it.</summary>
    public static byte[] Write(ProcessSpec process) => Document(writer => ProcessWriter.Write(writer, process));

    /// <summary>A resources object alone, as Update takes it.</summary>
    public static byte[] Write(LinuxResources resources) =>
        Document(writer => ResourcesWriter.Write(writer, resources));

    /// <summary>A seccomp object alone, such as a profile in a file.</summary>
    public static byte[] Write(LinuxSeccomp seccomp) => Document(writer => SeccompWriter.Write(writer, seccomp));

    private static byte[] Document(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            write(writer);
        }

        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Spec spec)
    {
        json.WriteStartObject();
        json.WriteString("ociVersion"u8, spec.OciVersion);
        if (spec.Root is { } root)
        {
            json.WriteStartObject("root"u8);
            json.WriteString("path"u8, root.Path);
            json.WriteTrue("readonly"u8, root.Readonly);
            json.WriteEndObject();
        }

        json.WriteText("hostname"u8, spec.Hostname);
        json.WriteText("domainname"u8, spec.Domainname);
        if (spec.Process is { } process)
        {
            json.WritePropertyName("process"u8);
            ProcessWriter.Write(json, process);
        }

        WriteMounts(json, spec.Mounts);
        json.WriteMap("annotations"u8, spec.Annotations);
        HookWriter.Write(json, spec.Hooks);
        json.WritePropertyName("linux"u8);
        LinuxWriter.Write(json, spec.Linux);
        json.WriteEndObject();
    }

    private static void WriteMounts(Utf8JsonWriter json, IReadOnlyList<MountSpec> mounts)
    {
        if (mounts.Count == 0)
        {
            return;
        }

        json.WriteStartArray("mounts"u8);
        foreach (var mount in mounts)
        {
            json.WriteStartObject();
            json.WriteString("destination"u8, mount.Destination);
            json.WriteText("type"u8, mount.Type);
            json.WriteText("source"u8, mount.Source);
            json.WriteTexts("options"u8, mount.Options);
            LinuxWriter.WriteMappings(json, "uidMappings"u8, mount.UidMappings);
            LinuxWriter.WriteMappings(json, "gidMappings"u8, mount.GidMappings);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
