using ShimService.Engine.Compile.Mounts;
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
            var mount = mounts[i];
            var options = MountOptions.Parse(mount.Options);
            var path = ContainerPath.Clean(mount.Destination);
            if (options.Bind)
            {
                BindMount.Append(compilation, mount, options, path, $"mounts[{i}]");
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
                BindMount.Append(compilation, bind, options, path, $"mounts[{i}]");
            }
            else
            {
                FilesystemMount.Append(compilation, mount, options, path);
            }
        }
    }
}
