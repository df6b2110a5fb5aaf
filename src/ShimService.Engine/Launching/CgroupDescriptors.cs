using System.Runtime.InteropServices;
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
