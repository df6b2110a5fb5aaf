using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads linux.seccomp.</summary>
internal static class SeccompReader
{
    internal static LinuxSeccomp? ReadOptional(ref JsonCursor json)
    {
        var value = new LinuxSeccomp();
        SeccompAction? defaultAction = null;
        if (!json.BeginObject())
        {
            return null;
        }

        while (json.NextProperty())
        {
            if (json.Is("syscalls"u8))
            {
                value = value with { Syscalls = SeccompRuleReader.ReadList(ref json) };
            }
            else if (!TryRead(ref json, ref value, ref defaultAction))
            {
                json.Skip();
            }
        }

        return value with { DefaultAction = defaultAction ?? throw json.Fault("needs a defaultAction") };
    }

    /// <summary>Reads the property the cursor is at, unless it is the rules or none of a filter.</summary>
    internal static bool TryRead(ref JsonCursor json, ref LinuxSeccomp value, ref SeccompAction? defaultAction)
    {
        if (json.Is("defaultAction"u8))
        {
            defaultAction = ReadAction(ref json);
        }
        else if (json.Is("defaultErrnoRet"u8))
        {
            value = value with { DefaultErrnoRet = json.OptionalUInt32() };
        }
        else if (json.Is("architectures"u8))
        {
            value = value with { Architectures = json.TextArray() };
        }
        else if (json.Is("flags"u8))
        {
            value = value with { Flags = ReadFlags(ref json) };
        }
        else if (json.Is("listenerPath"u8))
        {
            value = value with { ListenerPath = json.Text() };
        }
        else if (json.Is("listenerMetadata"u8))
        {
            value = value with { ListenerMetadata = json.Text() };
        }
        else
        {
            return false;
        }

        return true;
    }

    internal static SeccompAction ReadAction(ref JsonCursor json) =>
        SeccompNames.FindAction(json.Text()) ?? throw json.Fault("not a seccomp action");

    private static SeccompFlag[]? ReadFlags(ref JsonCursor json)
    {
        if (!json.BeginArray())
        {
            return null;
        }

        var flags = new List<SeccompFlag>();
        while (json.NextElement())
        {
            flags.Add(SeccompNames.FindFlag(json.Text()) ?? throw json.Fault("not a seccomp flag"));
        }

        return [.. flags];
    }
}
