using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads process.rlimits.</summary>
internal static class RlimitReader
{
    internal static PosixRlimit[] ReadList(ref JsonCursor json)
    {
        var list = new List<PosixRlimit>();
        if (json.BeginArray())
        {
            while (json.NextElement())
            {
                list.Add(Read(ref json));
            }
        }

        return [.. list];
    }

    private static PosixRlimit Read(ref JsonCursor json)
    {
        RlimitKind? kind = null;
        ulong? soft = null;
        ulong? hard = null;
        if (json.BeginObject())
        {
            while (json.NextProperty())
            {
                if (json.Is("type"u8))
                {
                    kind = RlimitNames.Find(json.Text()) ?? throw json.Fault("not a resource limit of Linux");
                }
                else if (json.Is("soft"u8))
                {
                    soft = json.OptionalUnsigned();
                }
                else if (json.Is("hard"u8))
                {
                    hard = json.OptionalUnsigned();
                }
                else
                {
                    json.Skip();
                }
            }
        }

        return kind is { } found && soft is { } low && hard is { } high
            ? new PosixRlimit(found, low, high)
            : throw json.Fault("needs type, soft and hard");
    }
}
