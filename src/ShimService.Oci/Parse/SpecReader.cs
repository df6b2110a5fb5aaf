using System.Text.Json;
using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>
/// Reads a config.json, or one of the parts that travel alone, into the model. Checks shapes, not sense.
/// </summary>
internal static class SpecReader
{
    internal delegate T Section<T>(ref JsonCursor json);

    internal static Spec Read(ReadOnlySpan<byte> utf8) => Guarded(utf8, "", ReadSpec);

    internal static ProcessSpec ReadProcess(ReadOnlySpan<byte> utf8) =>
        Guarded(utf8, "process", ProcessReader.Read);

    internal static LinuxResources ReadResources(ReadOnlySpan<byte> utf8) =>
        Guarded(utf8, "resources", ResourcesReader.Read);

    internal static T Guarded<T>(ReadOnlySpan<byte> utf8, string root, Section<T> section)
        where T : class
    {
        var json = new JsonCursor(utf8, root);
        try
        {
            var value = section(ref json);
            json.End();
            return value;
        }
        catch (JsonException error)
        {
            throw new SpecException(json.Path(), $"not valid JSON at line {error.LineNumber + 1}, " +
                $"byte {error.BytePositionInLine + 1}");
        }
        catch (InvalidOperationException)
        {
            // What Utf8JsonReader throws for a string that is not UTF-8 or holds half a surrogate pair.
            throw new SpecException(json.Path(), "not valid UTF-8");
        }
    }

    private static Spec ReadSpec(ref JsonCursor json)
    {
        var spec = new Spec();
        if (!json.BeginObject())
        {
            throw json.Fault("the spec must be an object, not null");
        }

        while (json.NextProperty())
        {
            if (json.Is("ociVersion"u8))
            {
                spec = spec with { OciVersion = json.Text() };
            }
            else if (json.Is("root"u8))
            {
                spec = spec with { Root = RootReader.Read(ref json) };
            }
            else if (json.Is("process"u8))
            {
                spec = spec with { Process = ProcessReader.ReadOptional(ref json) };
            }
            else if (json.Is("hostname"u8))
            {
                spec = spec with { Hostname = json.Text() };
            }
            else if (json.Is("domainname"u8))
            {
                spec = spec with { Domainname = json.Text() };
            }
            else if (json.Is("mounts"u8))
            {
                spec = spec with { Mounts = MountReader.ReadList(ref json) };
            }
            else if (json.Is("annotations"u8))
            {
                spec = spec with { Annotations = json.TextMap() };
            }
            else if (json.Is("hooks"u8))
            {
                spec = spec with { Hooks = HookReader.Read(ref json) };
            }
            else if (json.Is("linux"u8))
            {
                spec = spec with { Linux = LinuxReader.Read(ref json) };
            }
            else
            {
                json.Skip();
            }
        }

        return spec;
    }
}
