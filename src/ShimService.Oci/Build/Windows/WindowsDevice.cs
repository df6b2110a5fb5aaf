namespace ShimService.Oci.Build.Windows;

/// <summary>A device a container of Windows gets, by what kind of id.</summary>
internal readonly record struct WindowsDevice(string IdKind, string Id)
{
    internal static WindowsDevice Parse(string text, string field)
    {
        if (text.StartsWith("class/", StringComparison.Ordinal) && text.Length > "class/".Length)
        {
            return new WindowsDevice("class", text["class/".Length..]);
        }

        var at = text.IndexOf("://", StringComparison.Ordinal);
        return at > 0 && at + 3 < text.Length
            ? new WindowsDevice(text[..at], text[(at + 3)..])
            : throw new SpecException(field, $"\"{text}\" is neither class/GUID nor KIND://ID");
    }
}
