using ShimService.Engine.Compile.Input;
using ShimService.Engine.Compile.Mounts;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// A mount of type "cgroup". Where only cgroup2 is: a cgroup2, whose root is the container's by its cgroup namespace.
/// On v1 and hybrid hosts: a tmpfs with a bind of the container's own directory per hierarchy, and links for
/// controllers that are mounted together.
/// </summary>
internal static class CgroupMount
{
    internal static void Append(Compilation compilation, MountSpec mount, MountOptions options, string path)
    {
        if (!compilation.Input.Cgroup.Unified)
        {
            AppendLegacy(compilation, mount, options, path);
        }
        else if (compilation.ForeignUserNamespace && !compilation.IsNew(LinuxNamespaceKind.Cgroup))
        {
            // A user namespace may only mount the cgroup2 of a cgroup namespace it owns. Never writable: the
            // directories are the host's (CVE-2023-25809).
            var bind = mount with { Source = "/sys/fs/cgroup" };
            BindMount.Append(compilation, bind, MountOptions.Parse(["rbind", .. mount.Options, "ro"]), path, "mounts");
        }
        else
        {
            FilesystemMount.Append(compilation, mount with { Type = "cgroup2" }, options, path, "mounts");
        }
    }

    private static void AppendLegacy(Compilation compilation, MountSpec mount, MountOptions options, string path)
    {
        var step = $"mount {path}";
        var plan = compilation.Plan;
        var fresh = new FreshMount(plan, step, Clauses.Mounts, "tmpfs");
        fresh.Set("source", mount.Source.Length > 0 ? mount.Source : "cgroup");
        fresh.Set("mode", "755");
        fresh.SetLabel(compilation.Spec.Linux.MountLabel);
        var root = fresh.Create(MountAttributes.None);
        compilation.Tree.Target(step, Clauses.Mounts, path, PathKind.Directory)
            .Mount(plan, step, Clauses.Mounts, root, path);
        foreach (var source in compilation.Input.Cgroup.Sources)
        {
            AppendHierarchy(plan, root, source, path);
        }

        // One call for the tmpfs and everything in it, once it is complete.
        var attributes = options.Set | options.RecursiveSet;
        if (attributes != MountAttributes.None)
        {
            plan.Call(step, Clauses.Mounts, SystemCall.MountSetattr, root, "",
                PathFlags.EmptyPath | PathFlags.Recursive, MountAttributeBlock.Make(attributes),
                MountAttributeBlock.Size).On(path);
        }

        PropagationWords.Append(plan, step, options, root, path);
        compilation.Tree.Attach(new PlannedMount(path, PlannedMountKind.Other, root));
    }

    private static void AppendHierarchy(PlanBuilder plan, PlanResult root, CgroupMountSource source, string path)
    {
        var step = $"mount {path}/{source.Name}";
        var tree = plan.Call(step, Clauses.Mounts, SystemCall.OpenTree, KernelValues.WorkingDirectory, source.Path,
            TreeFlags.Clone | TreeFlags.CloseOnExec);
        plan.Call(step, Clauses.Mounts, SystemCall.Mkdirat, root, source.Name, 0x1ED);
        plan.Call(step, Clauses.Mounts, SystemCall.MoveMount, tree, "", root, source.Name,
            MoveMountFlags.FromEmptyPath);
        if (!source.Name.Contains(','))
        {
            return;
        }

        foreach (var controller in source.Name.Split(','))
        {
            plan.Call($"link {path}/{controller}", Clauses.Mounts, SystemCall.Symlinkat, source.Name, root, controller);
        }
    }
}
