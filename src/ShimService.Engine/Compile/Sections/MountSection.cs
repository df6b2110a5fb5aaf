using ShimService.Engine.Compile.Mounts;
using ShimService.Linux.Errors;
using ShimService.Oci;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>The spec's mounts, in its order.</summary>
internal static class MountSection
{
    internal static void Append(Compilation compilation)
    {
        var mounts = compilation.Spec.Mounts;
        for (var i = 0; i < mounts.Count; i++)
        {
            Append(compilation, mounts[i], $"mounts[{i}]");
        }
    }

    private static void Append(Compilation compilation, MountSpec mount, string field)
    {
        var options = MountOptions.Parse(mount.Options);
        var path = Destination(compilation, mount, options, field);
        if (options.Remount)
        {
            RemountMount.Append(compilation, options, path, field);
        }
        else if (options.Bind)
        {
            BindMount.Append(compilation, mount, options, path, field);
        }
        else if (mount.Type == "cgroup")
        {
            CgroupMount.Append(compilation, mount, options, path);
        }
        else if (mount.Type == "sysfs" && compilation.ForeignUserNamespace
            && !compilation.IsNew(LinuxNamespaceKind.Network) && !compilation.Input.OwnsNetwork)
        {
            // The kernel refuses a sysfs of a network namespace that another user namespace owns.
            var bind = mount with { Source = "/sys" };
            options = MountOptions.Parse(["rbind", .. mount.Options]);
            BindMount.Append(compilation, bind, options, path, field);
        }
        else
        {
            FilesystemMount.Append(compilation, mount, options, path, field);
        }
    }

    /// <summary>
    /// Links of the image are followed within the root, but for the places that containers are watched by: a proc, a
    /// sysfs, and what stands for /dev, /proc or /sys have to be where they say (CVE-2019-19921, CVE-2023-27561). And a
    /// link must not get a mount below /proc that the spec could not have asked for (CVE-2019-16884, CVE-2025-52881).
    /// </summary>
    private static string Destination(
        Compilation compilation, MountSpec mount, MountOptions options, string field)
    {
        var path = ContainerPath.Clean(mount.Destination);
        if (path is "/dev" or "/proc" or "/sys" || (!options.Bind && mount.Type is "proc" or "sysfs"))
        {
            return path;
        }

        string resolved;
        try
        {
            var last = options.OnLink || options.CopyLink ? path.LastIndexOf('/') : path.Length;
            resolved = compilation.Tree.Resolve(last == 0 ? "/" : path[..last]);
            resolved = last == path.Length ? resolved : $"{(resolved == "/" ? "" : resolved)}{path[last..]}";
        }
        catch (KernelException circle)
        {
            throw new SpecException($"{field}.destination", $"{path} cannot be followed: {circle.Hint}");
        }

        if (resolved != path && (resolved == "/" || ContainerPath.IsWithin(resolved, "/proc")))
        {
            throw new SpecException($"{field}.destination",
                $"{path} leads over symbolic links to {resolved}, where nothing may be mounted");
        }

        return resolved;
    }
}
