using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads linux.seccomp.syscalls.</summary>
internal static class SeccompRuleReader
{
    internal static LinuxSyscallRule[] ReadList(ref JsonCursor json)
    {
        var list = new List<LinuxSyscallRule>();
        if (json.BeginArray())
        {
            while (json.NextElement())
            {
                list.Add(Read(ref json));
            }
        }

        return [.. list];
    }

    private static LinuxSyscallRule Read(ref JsonCursor json)
    {
        var value = new LinuxSyscallRule();
        SeccompAction? action = null;
        if (json.BeginObject())
        {
            while (json.NextProperty())
            {
                if (!TryRead(ref json, ref value, ref action))
                {
                    json.Skip();
                }
            }
        }

        return value with { Action = action ?? throw json.Fault("needs an action") };
    }

    /// <summary>Reads the property the cursor is at, unless it is none of a rule.</summary>
    internal static bool TryRead(ref JsonCursor json, ref LinuxSyscallRule value, ref SeccompAction? action)
    {
        if (json.Is("names"u8))
        {
            value = value with { Names = json.TextArray() };
        }
        else if (json.Is("action"u8))
        {
            action = SeccompReader.ReadAction(ref json);
        }
        else if (json.Is("errnoRet"u8))
        {
            value = value with { ErrnoRet = json.OptionalUInt32() };
        }
        else if (json.Is("args"u8))
        {
            value = value with { Args = ReadArgs(ref json) };
        }
        else
        {
            return false;
        }

        return true;
    }

    private static LinuxSeccompArg[] ReadArgs(ref JsonCursor json)
    {
        var list = new List<LinuxSeccompArg>();
        if (json.BeginArray())
        {
            while (json.NextElement())
            {
                list.Add(ReadArg(ref json));
            }
        }

        return [.. list];
    }

    private static LinuxSeccompArg ReadArg(ref JsonCursor json)
    {
        var value = new LinuxSeccompArg();
        SeccompOperator? op = null;
        if (json.BeginObject())
        {
            while (json.NextProperty())
            {
                if (json.Is("index"u8))
                {
                    value = value with { Index = json.UInt32() };
                }
                else if (json.Is("value"u8))
                {
                    value = value with { Value = json.UInt64() };
                }
                else if (json.Is("valueTwo"u8))
                {
                    value = value with { ValueTwo = json.UInt64() };
                }
                else if (json.Is("op"u8))
                {
                    op = SeccompNames.FindOperator(json.Text()) ?? throw json.Fault("not a seccomp operator");
                }
                else
                {
                    json.Skip();
                }
            }
        }

        return value with { Op = op ?? throw json.Fault("needs an op") };
    }
}
