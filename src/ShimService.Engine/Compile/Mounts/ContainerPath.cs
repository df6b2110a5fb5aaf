namespace ShimService.Engine.Compile.Mounts;

/// <summary>Paths of a container as text.</summary>
internal static class ContainerPath
{
    /// <summary>
    /// Absolute, without ".", ".." and doubled slashes; what is relative starts at "/". Lexical, as every runtime reads
    /// destinations: "/a/../b" is "/b" whatever "a" is.
    /// </summary>
    internal static string Clean(string path)
    {
        if (IsClean(path))
        {
            return path;
        }

        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                parts.RemoveRange(Math.Max(parts.Count - 1, 0), Math.Min(parts.Count, 1));
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }

    /// <summary>Whether <paramref name="path"/> is <paramref name="ancestor"/> or below it; both clean.</summary>
    internal static bool IsWithin(string path, string ancestor) =>
        ancestor == "/" || (path.StartsWith(ancestor, StringComparison.Ordinal)
            && (path.Length == ancestor.Length || path[ancestor.Length] == '/'));

    private static bool IsClean(string path) =>
        path.StartsWith('/') && !path.Contains("//", StringComparison.Ordinal)
        && !path.Contains("/.", StringComparison.Ordinal) && (path.Length == 1 || !path.EndsWith('/'));
}
