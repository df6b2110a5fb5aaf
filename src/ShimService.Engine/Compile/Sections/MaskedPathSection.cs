using ShimService.Engine.Compile.Input;
using ShimService.Engine.Compile.Mounts;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// linux.maskedPaths: a file is hidden under the container's /dev/null, a directory under one empty read-only tmpfs
/// that all of them share. What is not there, or is hidden already, needs no mask.
/// </summary>
internal static class MaskedPathSection
{
    internal static void Append(Compilation compilation)
    {
        PlanResult? empty = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var hidden = new List<string>();
        foreach (var listed in compilation.Spec.Linux.MaskedPaths)
        {
            var path = ContainerPath.Clean(listed);
            if (!seen.Add(path) || hidden.Exists(directory => ContainerPath.IsWithin(path, directory)))
            {
                continue;
            }

            var step = $"mask {path}";
            switch (compilation.Tree.Look(path).Kind)
            {
                case PathKind.File:
                    var node = NullDevice(compilation, step);
                    Cover(compilation, step, path, node);
                    break;
                case PathKind.Directory when empty is { } shared:
                    var copy = compilation.Plan.Call(step, Clauses.Masked, SystemCall.OpenTree, shared, "",
                        TreeFlags.Clone | TreeFlags.EmptyPath | TreeFlags.CloseOnExec);
                    Cover(compilation, step, path, copy);
                    hidden.Add(path);
                    break;
                case PathKind.Directory:
                    empty = EmptyDirectory(compilation.Plan, step, compilation.Spec.Linux.MountLabel);
                    Cover(compilation, step, path, empty.Value);
                    hidden.Add(path);
                    break;
            }
        }
    }

    private static void Cover(Compilation compilation, string step, string path, PlanResult cover) =>
        compilation.Tree.Existing(step, Clauses.Masked, path)
            .Mount(compilation.Plan, step, Clauses.Masked, cover, path);

    // The container's own node, made a moment ago in a /dev nobody else can reach (CVE-2025-31133); where /dev is not
    // ours, the host's, read-only.
    private static PlanResult NullDevice(Compilation compilation, string step)
    {
        const TreeFlags flags = TreeFlags.Clone | TreeFlags.SymlinkNoFollow | TreeFlags.CloseOnExec;
        var plan = compilation.Plan;
        if (!compilation.ForeignUserNamespace && compilation.Tree.IsOurs("/dev/null"))
        {
            var place = compilation.Tree.Place(step, Clauses.Masked, "/dev/null");
            return plan.Call(step, Clauses.Masked, SystemCall.OpenTree, place.Directory, place.Name, flags);
        }

        var node = plan.Call(step, Clauses.Masked, SystemCall.OpenTree, KernelValues.WorkingDirectory,
            "/dev/null", flags);
        plan.Call(step, Clauses.Masked, SystemCall.MountSetattr, node, "", PathFlags.EmptyPath,
            MountAttributeBlock.Make(MountAttributes.ReadOnly), MountAttributeBlock.Size);
        return node;
    }

    private static PlanResult EmptyDirectory(PlanBuilder plan, string step, string label)
    {
        var mount = new FreshMount(plan, step, Clauses.Masked, "tmpfs");
        mount.Set("nr_blocks", "1");
        mount.Set("nr_inodes", "2");
        mount.SetLabel(label);
        return mount.Create(MountAttributes.ReadOnly | MountAttributes.NoSetuid | MountAttributes.NoDevices
            | MountAttributes.NoExecute);
    }
}
