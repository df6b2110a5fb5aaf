using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads linux.devices.</summary>
internal static class DeviceReader
{
    internal static LinuxDevice[] ReadList(ref JsonCursor json)
    {
        var list = new List<LinuxDevice>();
        if (json.BeginArray())
        {
            while (json.NextElement())
            {
                list.Add(Read(ref json));
            }
        }

        return [.. list];
    }

    private static LinuxDevice Read(ref JsonCursor json)
    {
        var value = new LinuxDevice { Kind = DeviceKind.All };
        if (!json.BeginObject())
        {
            return value;
        }

        while (json.NextProperty())
        {
            if (json.Is("type"u8))
            {
                value = value with { Kind = ReadKind(ref json) };
            }
            else if (json.Is("path"u8))
            {
                value = value with { Path = json.Text() };
            }
            else if (json.Is("major"u8))
            {
                value = value with { Major = json.UInt32() };
            }
            else if (json.Is("minor"u8))
            {
                value = value with { Minor = json.UInt32() };
            }
            else if (json.Is("fileMode"u8))
            {
                value = value with { FileMode = json.OptionalUInt32() };
            }
            else if (json.Is("uid"u8))
            {
                value = value with { Uid = json.UInt32() };
            }
            else if (json.Is("gid"u8))
            {
                value = value with { Gid = json.UInt32() };
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
        "c" or "u" => DeviceKind.Character,
        "b" => DeviceKind.Block,
        "p" => DeviceKind.Fifo,
        _ => throw json.Fault("must be c, u, b or p"),
    };
}
