namespace ShimService.Oci.Build.Names;

/// <summary>"name" or "name:alias".</summary>
public static class LinkWords
{
    /// <summary>Errors: <see cref="SpecException"/> with the field.</summary>
    public static (string Name, string Alias) Parse(string text, string field)
    {
        var parts = text.Split(':');
        if (parts.Length > 2 || parts[0].Length == 0 || parts[^1].Length == 0)
        {
            throw new SpecException(field, $"\"{text}\" is not NAME or NAME:ALIAS");
        }

        return (parts[0], parts[^1]);
    }
}
