using ShimService.Engine.Compile.Input;
using ShimService.Engine.Compile.Mounts;
using ShimService.Engine.Launching;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Oci;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// Sources of bind mounts that are opened for the process: one whose ids are mapped, which takes the rights of the file
/// system's own user namespace, and one that root of the container's user namespace cannot reach.
/// </summary>
internal static class HandedSource
{
    /// <summary>A message carries 253 descriptors, and the cgroup's are among them.</summary>
    private const int Most = 200;

    internal static bool NeedsOne(Compilation compilation, MountSpec mount, string source) => mount.IsMapped
        || (compilation.ForeignUserNamespace && !compilation.Input.Host.Paths.IsOpenToAll(source)
            && !IsOfEarlierMount(compilation, source));

    // Below the root directory, where the host has nothing: what an earlier mount of the container's has there.
    private static bool IsOfEarlierMount(Compilation compilation, string source) =>
        ContainerPath.IsWithin(ContainerPath.Clean(source), compilation.Input.RootPath)
        && compilation.Input.Host.Paths.Look(source).Kind == PathKind.Missing;

    internal static PlanResult Take(
        Compilation compilation, MountSpec mount, MountOptions options, string source, string path)
    {
        if (compilation.Sources.Count == Most)
        {
            throw new SpecException("mounts",
                $"more than {Most} sources are mapped, or out of reach of the container's root; bind a common parent",
                SpecProblem.Unsupported);
        }

        compilation.Sources.Add(new MountSource(source, options.Recursive, path)
        {
            IsLink = options.SourceIsLink,
            Propagation = compilation.Spec.Linux.RootfsPropagation switch
            {
                RootfsPropagation.Shared or RootfsPropagation.RecursiveShared => MountFlags.None,
                RootfsPropagation.Private or RootfsPropagation.RecursivePrivate or RootfsPropagation.Unbindable
                    or RootfsPropagation.RecursiveUnbindable => MountFlags.Private,
                _ => MountFlags.Slave,
            },
            Map = mount.IsMapped ? Map(compilation.Spec.Linux, mount, options) : null,
        });
        var handed = compilation.Plan.Descriptor(LaunchNames.MountSource(compilation.Sources.Count));
        return compilation.Plan.Call($"mount {path}", Clauses.Mounts, SystemCall.Dup, handed).On(path);
    }

    private static MountIdMap Map(LinuxSpec linux, MountSpec mount, MountOptions options)
    {
        if (mount.UidMappings.Count > 0)
        {
            return new MountIdMap(UserNamespaceSection.Text(mount.UidMappings),
                UserNamespaceSection.Text(mount.GidMappings), "", options.RecursiveMap);
        }

        var user = linux.Namespace(LinuxNamespaceKind.User)!;
        return user.IsNew
            ? new MountIdMap(UserNamespaceSection.Text(linux.UidMappings), UserNamespaceSection.Text(linux.GidMappings),
                "", options.RecursiveMap)
            : new MountIdMap("", "", user.Path, options.RecursiveMap);
    }
}
