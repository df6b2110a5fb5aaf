using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads the root object.</summary>
internal static class RootReader
{
    internal static RootSpec? Read(ref JsonCursor json)
    {
        var value = new RootSpec("");
        if (!json.BeginObject())
        {
            return null;
        }

        while (json.NextProperty())
        {
            if (json.Is("path"u8))
            {
                value = value with { Path = json.Text() };
            }
            else if (json.Is("readonly"u8))
            {
                value = value with { Readonly = json.Boolean() };
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }
}
