using System.Text.Json;
using ShimService.Oci.Model;

namespace ShimService.Oci.Write;

/// <summary>Writes a seccomp object.</summary>
internal static class SeccompWriter
{
    internal static void Write(Utf8JsonWriter json, LinuxSeccomp seccomp)
    {
        json.WriteStartObject();
        json.WriteString("defaultAction"u8, SeccompNames.Text(seccomp.DefaultAction));
        json.WriteOptional("defaultErrnoRet"u8, (long?)seccomp.DefaultErrnoRet);
        json.WriteTexts("architectures"u8, seccomp.Architectures);
        if (seccomp.Flags is { } flags)
        {
            json.WriteStartArray("flags"u8);
            foreach (var flag in flags)
            {
                json.WriteStringValue(SeccompNames.Text(flag));
            }

            json.WriteEndArray();
        }

        json.WriteText("listenerPath"u8, seccomp.ListenerPath);
        json.WriteText("listenerMetadata"u8, seccomp.ListenerMetadata);
        if (seccomp.Syscalls.Count > 0)
        {
            json.WriteStartArray("syscalls"u8);
            foreach (var rule in seccomp.Syscalls)
            {
                WriteRule(json, rule);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteRule(Utf8JsonWriter json, LinuxSyscallRule rule)
    {
        json.WriteStartObject();
        json.WriteTexts("names"u8, rule.Names);
        json.WriteString("action"u8, SeccompNames.Text(rule.Action));
        json.WriteOptional("errnoRet"u8, (long?)rule.ErrnoRet);
        if (rule.Args.Count > 0)
        {
            json.WriteStartArray("args"u8);
            foreach (var arg in rule.Args)
            {
                json.WriteStartObject();
                json.WriteNumber("index"u8, arg.Index);
                json.WriteNumber("value"u8, arg.Value);
                json.WriteNumber("valueTwo"u8, arg.ValueTwo);
                json.WriteString("op"u8, SeccompNames.Text(arg.Op));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
