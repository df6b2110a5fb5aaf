using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads process.user; username is for Windows.</summary>
internal static class UserReader
{
    internal static UserSpec Read(ref JsonCursor json)
    {
        var value = new UserSpec();
        if (!json.BeginObject())
        {
            return value;
        }

        while (json.NextProperty())
        {
            if (json.Is("uid"u8))
            {
                value = value with { Uid = json.UInt32() };
            }
            else if (json.Is("gid"u8))
            {
                value = value with { Gid = json.UInt32() };
            }
            else if (json.Is("umask"u8))
            {
                value = value with { Umask = json.OptionalUInt32() };
            }
            else if (json.Is("additionalGids"u8))
            {
                value = value with { AdditionalGids = ReadGids(ref json) };
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }

    internal static uint[] ReadGids(ref JsonCursor json)
    {
        var list = new List<uint>();
        if (json.BeginArray())
        {
            while (json.NextElement())
            {
                list.Add(json.UInt32());
            }
        }

        return [.. list];
    }
}
