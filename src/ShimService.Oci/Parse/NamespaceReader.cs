using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads linux.namespaces.</summary>
internal static class NamespaceReader
{
    internal static LinuxNamespace[] ReadList(ref JsonCursor json)
    {
        var list = new List<LinuxNamespace>();
        if (json.BeginArray())
        {
            while (json.NextElement())
            {
                list.Add(Read(ref json));
            }
        }

        return [.. list];
    }

    private static LinuxNamespace Read(ref JsonCursor json)
    {
        LinuxNamespaceKind? kind = null;
        var path = "";
        if (json.BeginObject())
        {
            while (json.NextProperty())
            {
                if (json.Is("type"u8))
                {
                    kind = NamespaceNames.Find(json.Text()) ?? throw json.Fault(
                        "not a kind of namespace: one of " + NamespaceNames.All);
                }
                else if (json.Is("path"u8))
                {
                    path = json.Text();
                }
                else
                {
                    json.Skip();
                }
            }
        }

        return kind is { } found ? new LinuxNamespace(found, path) : throw json.Fault("needs a type");
    }
}
