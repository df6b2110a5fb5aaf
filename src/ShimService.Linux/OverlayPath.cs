using System.Text;

namespace ShimService.Linux;

/// <summary>Paths among overlayfs's options, where ':' separates layers and a backslash takes a meaning away.</summary>
public static class OverlayPath
{
    public static string Escape(string path) =>
        path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);

    /// <summary>The layers of a "lowerdir" option, as paths.</summary>
    public static IReadOnlyList<string> Split(string layers)
    {
        var paths = new List<string>();
        var path = new StringBuilder();
        for (var index = 0; index < layers.Length; index++)
        {
            if (layers[index] == ':')
            {
                paths.Add(path.ToString());
                path.Clear();
                continue;
            }

            index += layers[index] == '\\' && index + 1 < layers.Length ? 1 : 0;
            path.Append(layers[index]);
        }

        paths.Add(path.ToString());
        return paths;
    }
}
