namespace ShimService.Oci.Build.Windows;

/// <summary>Rules for mounts of a container of Windows: directories of the host, none inside another.</summary>
internal static class WindowsMounts
{
    internal static void Check(IReadOnlyList<MountConfig> mounts)
    {
        for (var i = 0; i < mounts.Count; i++)
        {
            var (mount, field) = (mounts[i], $"config.mounts[{i}]");
            if (mount.Type is not ("" or "bind" or "npipe"))
            {
                throw new SpecException($"{field}.type", $"\"{mount.Type}\" is not there on Windows");
            }

            if (mount.Source.Length == 0 || mount.Destination.Length == 0)
            {
                throw new SpecException(
                    $"{field}.{(mount.Source.Length == 0 ? "source" : "destination")}", "is required");
            }

            foreach (var option in mount.Options)
            {
                if (option is not ("ro" or "rw"))
                {
                    throw new SpecException($"{field}.options", $"\"{option}\" is not there on Windows, ro and rw are");
                }
            }

            for (var other = 0; other < mounts.Count; other++)
            {
                if (other != i && IsInside(mount.Destination, mounts[other].Destination))
                {
                    throw new SpecException(
                        $"{field}.destination", $"{mount.Destination} is inside of {mounts[other].Destination}");
                }
            }
        }
    }

    // Paths of Windows know no case, and both slashes.
    private static bool IsInside(string path, string directory)
    {
        var (inner, outer) = (Normal(path), Normal(directory));
        return inner == outer || inner.StartsWith(outer + "\\", StringComparison.Ordinal);
    }

    private static string Normal(string path) => path.Replace('/', '\\').TrimEnd('\\').ToUpperInvariant();
}
