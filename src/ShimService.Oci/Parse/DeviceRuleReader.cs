using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads linux.resources.devices.</summary>
internal static class DeviceRuleReader
{
    internal static LinuxDeviceRule[] ReadList(ref JsonCursor json)
    {
        var list = new List<LinuxDeviceRule>();
        if (json.BeginArray())
        {
            while (json.NextElement())
            {
                list.Add(Read(ref json));
            }
        }

        return [.. list];
    }

    private static LinuxDeviceRule Read(ref JsonCursor json)
    {
        var value = new LinuxDeviceRule(false, DeviceKind.All, null, null, "");
        if (!json.BeginObject())
        {
            return value;
        }

        while (json.NextProperty())
        {
            if (json.Is("allow"u8))
            {
                value = value with { Allow = json.Boolean() };
            }
            else if (json.Is("type"u8))
            {
                value = value with { Kind = ReadKind(ref json) };
            }
            else if (json.Is("major"u8))
            {
                value = value with { Major = Number(ref json) };
            }
            else if (json.Is("minor"u8))
            {
                value = value with { Minor = Number(ref json) };
            }
            else if (json.Is("access"u8))
            {
                value = value with { Access = json.Text() };
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }

    private static DeviceKind ReadKind(ref JsonCursor json) => json.Text() switch
    {
        "" or "a" => DeviceKind.All,
        "c" => DeviceKind.Character,
        "b" => DeviceKind.Block,
        _ => throw json.Fault("must be a, c or b"),
    };

    // −1 is an older spelling of "any".
    private static long? Number(ref JsonCursor json) =>
        json.OptionalInteger(-1, uint.MaxValue) is { } number and >= 0 ? number : null;
}
