using System.Text;
using ShimService.Engine.Compile.Input;
using ShimService.Engine.Compile.Mounts;
using ShimService.Engine.Launching;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Oci;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>A mount that is not a bind: a new instance of a file system.</summary>
internal static class FilesystemMount
{
    /// <summary>fsconfig takes no longer value (strndup_user(…, 256)); longer ones go through mount(2), as
    /// does iversion, which fsconfig has no word for.</summary>
    private const int LongestValue = 255;

    internal static void Append(
        Compilation compilation, MountSpec mount, MountOptions options, string path, string field)
    {
        var step = $"mount {path}";
        if (options.Data.Exists(entry => entry.Value is { Length: > LongestValue })
            || (options.SuperblockFlags & MountFlags.VersionNumber) != 0)
        {
            if (options.CopyUp)
            {
                throw new SpecException($"{field}.options",
                    "tmpcopyup does not go together with iversion, or with an option of more than 255 bytes",
                    SpecProblem.Unsupported);
            }

            LongOptionsMount.Append(compilation, mount, options, path);
            return;
        }

        var look = compilation.Tree.Look(path);
        var fresh = new FreshMount(compilation.Plan, step, Clauses.Mounts, mount.Type);
        if (mount.Source.Length > 0)
        {
            fresh.Set("source", mount.Source);
        }

        // A tmpfs over a directory looks like that directory, unless it is told otherwise.
        if (mount.Type == "tmpfs" && look.Kind == PathKind.Directory && !options.Has("mode"))
        {
            fresh.Set("mode", Convert.ToString(look.Mode, 8));
        }

        foreach (var word in options.Superblock)
        {
            fresh.SetFlag(word);
        }

        foreach (var (key, value) in options.Data)
        {
            if (value is null)
            {
                fresh.SetFlag(key);
            }
            else
            {
                fresh.Set(key, value);
            }
        }

        // proc and sysfs have labels of the policy's, and a message queue takes one only when it is there.
        var label = compilation.Spec.Linux.MountLabel;
        if (mount.Type is not ("proc" or "sysfs" or "mqueue"))
        {
            fresh.SetLabel(label);
        }

        var attributes = options.Set | options.RecursiveSet;
        var sealLater = mount.Type == "tmpfs" && (attributes & MountAttributes.ReadOnly) != 0;
        var created = fresh.Create(sealLater ? attributes & ~MountAttributes.ReadOnly : attributes);
        if (options.CopyUp && look.Kind == PathKind.Directory)
        {
            CopyUp(compilation, step, created, path);
        }

        compilation.Tree.Target(step, Clauses.Mounts, path, PathKind.Directory)
            .Mount(compilation.Plan, step, Clauses.Mounts, created, path);
        if (mount.Type == "mqueue" && label.Length > 0)
        {
            SetLabel(compilation, step, created, label);
        }

        if (sealLater)
        {
            compilation.Tree.ReadonlyLater.Add((path, created));
        }

        PropagationWords.Append(compilation.Plan, step, options, created, path);
        compilation.Tree.Attach(new PlannedMount(path, Kind(mount.Type, path), created)
        {
            HasProcessesOnly = mount.Type == "proc" && options.Data.Contains(("subset", "pid")),
        });
    }

    // Whose files these are, only the engine may say, and how many there are no plan can know.
    private static void CopyUp(Compilation compilation, string step, PlanResult created, string path)
    {
        var hidden = compilation.Tree.OpenDirectory(step, Clauses.Mounts, path).Keep();
        compilation.CopyUps.Add((path, hidden, created.Keep()));
        compilation.Plan.Rendezvous(LaunchNames.CopyUp);
    }

    private static void SetLabel(Compilation compilation, string step, PlanResult mount, string label)
    {
        var bytes = Encoding.UTF8.GetBytes(label);
        var directory = compilation.Plan.Call(step, Clauses.Mounts, SystemCall.Openat, mount, ".",
            OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.CloseOnExec, 0);
        compilation.Plan.Call(
            step, Clauses.Mounts, SystemCall.Fsetxattr, directory, "security.selinux", bytes, bytes.Length, 0).On(label);
    }

    internal static PlannedMountKind Kind(string type, string path) => type switch
    {
        "tmpfs" or "devpts" or "mqueue" => PlannedMountKind.Empty,
        "proc" when path == "/proc" => PlannedMountKind.Kernel,
        "sysfs" when path == "/sys" => PlannedMountKind.Kernel,
        _ => PlannedMountKind.Other,
    };
}
