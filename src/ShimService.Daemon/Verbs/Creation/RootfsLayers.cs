using ShimService.Contracts.Containerd.Types;
using ShimService.Linux;
using ShimService.Oci;
using V1 = ShimService.Contracts.V1;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>The directories a root filesystem is made of.</summary>
internal static class RootfsLayers
{
    /// <summary>The one directory, or the layers, the bottom one first; none when the config names none.</summary>
    public static IReadOnlyList<string> Of(V1.Rootfs? rootfs)
    {
        const string field = "config.rootfs.layers";
        if (rootfs is null || rootfs.Layers.Count == 0)
        {
            return rootfs is { Path.Length: > 0 } ? [rootfs.Path] : [];
        }

        if (rootfs.Path.Length > 0)
        {
            throw new SpecException(field, "and path exclude each other: give one");
        }

        for (var i = 0; i < rootfs.Layers.Count; i++)
        {
            // A comma separates options in what the kernel gets; it knows no way to take that meaning away.
            if (!rootfs.Layers[i].StartsWith('/') || rootfs.Layers[i].Contains(','))
            {
                throw new SpecException(
                    $"{field}[{i}]", $"\"{rootfs.Layers[i]}\" must be an absolute path without commas");
            }

            if (!Directory.Exists(rootfs.Layers[i]))
            {
                throw new SpecException($"{field}[{i}]", $"{rootfs.Layers[i]} is no directory");
            }
        }

        return rootfs.Layers;
    }

    /// <summary>The mount the shim makes of them. Its part of the directory is made before.</summary>
    public static Mount Mount(IReadOnlyList<string> layers, string containerDirectory) => new()
    {
        Type = "overlay",
        Source = "overlay",
        Options =
        {
            "lowerdir=" + string.Join(':', layers.Reverse().Select(OverlayPath.Escape)),
            "upperdir=" + containerDirectory + "/upper",
            "workdir=" + containerDirectory + "/work",
        },
    };
}
