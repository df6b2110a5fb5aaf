using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads linux.memoryPolicy.</summary>
internal static class MemoryPolicyReader
{
    internal static LinuxMemoryPolicy? Read(ref JsonCursor json)
    {
        MemoryPolicyMode? mode = null;
        var nodes = "";
        var flags = MemoryPolicyFlags.None;
        if (!json.BeginObject())
        {
            return null;
        }

        while (json.NextProperty())
        {
            if (json.Is("mode"u8))
            {
                var name = json.Text();
                mode = name.Length == 0
                    ? null
                    : MemoryPolicyNames.FindMode(name) ?? throw json.Fault(
                        $"\"{name}\" is not a memory policy of Linux");
            }
            else if (json.Is("nodes"u8))
            {
                nodes = json.Text();
            }
            else if (json.Is("flags"u8))
            {
                flags = ReadFlags(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return mode is { } found ? new LinuxMemoryPolicy(found, nodes, flags)
            : nodes.Length > 0 || flags != MemoryPolicyFlags.None ? throw json.Fault("needs a mode")
            : null;
    }

    private static MemoryPolicyFlags ReadFlags(ref JsonCursor json)
    {
        var flags = MemoryPolicyFlags.None;
        if (json.BeginArray())
        {
            while (json.NextElement())
            {
                var name = json.Text();
                flags |= MemoryPolicyNames.FindFlag(name) ?? throw json.Fault(
                    $"\"{name}\" is not a flag of a memory policy");
            }
        }

        return flags;
    }
}
