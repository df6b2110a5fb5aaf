using System.Text.Json;
using ShimService.Oci.Model;

namespace ShimService.Oci.Write;

/// <summary>Writes hooks.</summary>
internal static class HookWriter
{
    internal static void Write(Utf8JsonWriter json, HooksSpec hooks)
    {
        var any = false;
        for (var kind = HookKind.Prestart; kind <= HookKind.Poststop; kind++)
        {
            if (hooks.Of(kind) is not { Count: > 0 } list)
            {
                continue;
            }

            if (!any)
            {
                json.WriteStartObject("hooks"u8);
                any = true;
            }

            json.WriteStartArray(HookNames.Text(kind));
            foreach (var hook in list)
            {
                Write(json, hook);
            }

            json.WriteEndArray();
        }

        if (any)
        {
            json.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter json, HookSpec hook)
    {
        json.WriteStartObject();
        json.WriteString("path"u8, hook.Path);
        json.WriteTexts("args"u8, hook.Args);

        // No variables at all is not the same as nothing said.
        if (hook.Env is { } env)
        {
            json.WriteStartArray("env"u8);
            foreach (var variable in env)
            {
                json.WriteStringValue(variable);
            }

            json.WriteEndArray();
        }

        json.WriteOptional("timeout"u8, hook.Timeout);
        json.WriteEndObject();
    }
}
