namespace ShimService.Shim.Start;

/// <summary>The file "address" of a bundle: where the shim of its container listens.</summary>
internal static class AddressFile
{
    public const string Name = "address";
    private const string Scheme = "unix://";

    /// <summary>The socket's path; null when the bundle never saw a start, or somebody else wrote there.</summary>
    public static string? ReadSocket(string bundle)
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(bundle, Name)).Trim();
            return text.StartsWith(Scheme + "/", StringComparison.Ordinal) ? text[Scheme.Length..] : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
