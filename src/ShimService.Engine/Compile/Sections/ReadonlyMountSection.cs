using ShimService.Engine.Compile.Mounts;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Compile.Sections;

/// <summary>What had to stay writable until now: tmpfs mounts with "ro", and root.readonly.</summary>
internal static class ReadonlyMountSection
{
    internal static void Append(Compilation compilation)
    {
        foreach (var (path, mount) in compilation.Tree.ReadonlyLater)
        {
            Seal(compilation.Plan, $"make {path} read-only", Clauses.Mounts, mount, path);
        }

        if (compilation.Spec.Root is { Readonly: true })
        {
            Seal(compilation.Plan, "make the root read-only", Clauses.Root, compilation.Tree.Root, "/");
        }
    }

    private static void Seal(PlanBuilder plan, string step, string clause, PlanResult mount, string path) =>
        plan.Call(step, clause, SystemCall.MountSetattr, mount, "", PathFlags.EmptyPath,
            MountAttributeBlock.Make(MountAttributes.ReadOnly), MountAttributeBlock.Size).On(path);
}
