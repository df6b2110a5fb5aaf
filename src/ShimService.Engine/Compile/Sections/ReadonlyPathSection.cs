using ShimService.Engine.Compile.Input;
using ShimService.Engine.Compile.Mounts;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// linux.readonlyPaths: each is bound onto itself and made read-only; other attributes stay. What is not there stays
/// so.
/// </summary>
internal static class ReadonlyPathSection
{
    internal static void Append(Compilation compilation)
    {
        var plan = compilation.Plan;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var listed in compilation.Spec.Linux.ReadonlyPaths)
        {
            var path = ContainerPath.Clean(listed);
            if (!seen.Add(path) || compilation.Tree.Look(path).Kind == PathKind.Missing)
            {
                continue;
            }

            var step = $"make {path} read-only";
            var target = compilation.Tree.Existing(step, Clauses.Readonly, path);
            var tree = target.Copy(plan, step, Clauses.Readonly, path);
            target.Mount(plan, step, Clauses.Readonly, tree, path);
            plan.Call(step, Clauses.Readonly, SystemCall.MountSetattr, tree, "", PathFlags.EmptyPath,
                MountAttributeBlock.Make(MountAttributes.ReadOnly), MountAttributeBlock.Size).On(path);
        }
    }
}
