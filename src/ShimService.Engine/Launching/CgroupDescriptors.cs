using System.Runtime.InteropServices;
using ShimService.Engine.Compile.Input;
using ShimService.Linux.Cgroups;

namespace ShimService.Engine.Launching;

/// <summary>The tasks files of a launch, by name for the compiler and by handle for the launcher; same order.</summary>
internal static class CgroupDescriptors
{
    public static IReadOnlyList<string> Names(CgroupJoin join)
    {
        var names = new string[join.TasksFiles.Count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = join.TasksFiles[i].Name;
        }

        return names;
    }

    /// <summary>The container's directories, as a mount of type "cgroup" shows them.</summary>
    public static IReadOnlyList<CgroupMountSource> Sources(Cgroup cgroup)
    {
        var sources = new CgroupMountSource[cgroup.Directories.Count];
        for (var i = 0; i < sources.Length; i++)
        {
            sources[i] = new CgroupMountSource(cgroup.Directories[i].Hierarchy.Name, cgroup.Directories[i].FullPath);
        }

        return sources;
    }

    public static IReadOnlyList<SafeHandle> Handles(CgroupJoin join, params ReadOnlySpan<SafeHandle> more)
    {
        var handles = new SafeHandle[join.TasksFiles.Count + more.Length];
        for (var i = 0; i < join.TasksFiles.Count; i++)
        {
            handles[i] = join.TasksFiles[i].Descriptor;
        }

        more.CopyTo(handles.AsSpan(join.TasksFiles.Count));
        return handles;
    }
}
