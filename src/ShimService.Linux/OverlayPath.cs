namespace ShimService.Linux;

/// <summary>Paths among overlayfs's options, where ':' separates layers and a backslash takes a meaning away.</summary>
public static class OverlayPath
{
    public static string Escape(string path) =>
        path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);
}
