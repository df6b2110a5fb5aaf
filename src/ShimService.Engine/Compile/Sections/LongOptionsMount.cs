using ShimService.Engine.Compile.Input;
using ShimService.Engine.Compile.Mounts;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// A mount with an option too long for fsconfig (overlay's lowerdir): mount(2) on an opened directory.
/// </summary>
internal static class LongOptionsMount
{
    internal static void Append(Compilation compilation, MountSpec mount, MountOptions options, string path)
    {
        var step = $"mount {path}";
        var plan = compilation.Plan;
        var target = compilation.Tree.Target(step, Clauses.Mounts, path, PathKind.Directory);
        if (target.Name.Length > 0)
        {
            target = new MountTarget(target.Open(plan, step, Clauses.Mounts,
                OpenFlags.Path | OpenFlags.Directory | OpenFlags.CloseOnExec, path), "");
        }

        // "." is the one name that cannot be exchanged.
        plan.Call(step, Clauses.Mounts, SystemCall.Fchdir, target.Directory).On(path);
        var data = string.Join(',', options.Data.ConvertAll(
            entry => entry.Value is null ? entry.Key : $"{entry.Key}={entry.Value}"));
        if (compilation.Spec.Linux.MountLabel is { Length: > 0 } label)
        {
            data += $",context=\"{label}\"";
        }

        plan.Call(step, Clauses.Mounts, SystemCall.Mount, mount.Source, ".", mount.Type, options.SuperblockFlags, data)
            .On(path);

        // The descriptor at hand is of what the mount hides.
        var root = compilation.Tree.Reopen(step, Clauses.Mounts, path);
        var attributes = options.Set | options.RecursiveSet;
        if (attributes != MountAttributes.None)
        {
            plan.Call(step, Clauses.Mounts, SystemCall.MountSetattr, root, "", PathFlags.EmptyPath,
                MountAttributeBlock.Make(attributes), MountAttributeBlock.Size).On(path);
        }

        PropagationWords.Append(plan, step, options, root, path);
        compilation.Tree.Attach(new PlannedMount(path, PlannedMountKind.Other, root));
    }
}
