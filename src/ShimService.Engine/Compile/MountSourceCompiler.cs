using ShimService.Engine.Compile.Mounts;
using ShimService.Engine.Launching;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Compile;

/// <summary>
/// Sources to the plan of the helper that opens them: a process with the shim's rights in the init's mount namespace,
/// where what the host has locked stays locked. It is ended when they have been fetched. Pure.
/// </summary>
internal static class MountSourceCompiler
{
    /// <param name="sources">In the order in which they are fetched.</param>
    /// <param name="maps">The descriptor of a user namespace for each map, given in this order after the
    /// init's.</param>
    /// <param name="opened">Their results, kept.</param>
    internal static LaunchPlan Compile(
        IReadOnlyList<MountSource> sources, IReadOnlyList<MountIdMap> maps, out IReadOnlyList<PlanResult> opened)
    {
        var plan = new PlanBuilder();
        var init = plan.Descriptor(LaunchNames.Init);
        var namespaces = new Dictionary<MountIdMap, PlanDescriptor>();
        foreach (var map in maps)
        {
            namespaces.Add(map, plan.Descriptor($"map {namespaces.Count + 1}"));
        }

        plan.Call(
            "join the container's mount namespace", Clauses.Namespaces, SystemCall.Setns, init, NamespaceFlags.Mount);
        var results = new List<PlanResult>(sources.Count);
        foreach (var source in sources)
        {
            results.Add(Open(plan, source, namespaces));
        }

        plan.Rendezvous(LaunchNames.Sources);

        // Never reached: what it was for is done.
        plan.Execute("end", Clauses.Mounts, ["/"], [], []);
        opened = results;
        return plan.Build();
    }

    private static PlanResult Open(
        PlanBuilder plan, MountSource source, Dictionary<MountIdMap, PlanDescriptor> namespaces)
    {
        var step = $"mount {source.Destination}";
        var tree = plan.Call(step, Clauses.Mounts, SystemCall.OpenTree, KernelValues.WorkingDirectory, source.Path,
            TreeFlags.Clone | TreeFlags.CloseOnExec | (source.Recursive ? TreeFlags.Recursive : TreeFlags.None)
            | (source.IsLink ? TreeFlags.SymlinkNoFollow : TreeFlags.None)).Keep();
        if (source.Propagation != MountFlags.None)
        {
            plan.Call(step, Clauses.Propagation, SystemCall.MountSetattr, tree, "",
                PathFlags.EmptyPath | PathFlags.Recursive,
                MountAttributeBlock.Make(propagation: (long)source.Propagation), MountAttributeBlock.Size)
                .On(source.Path);
        }

        if (source.Map is { } map)
        {
            plan.Call(step, Clauses.Mounts, SystemCall.MountSetattr, tree, "",
                PathFlags.EmptyPath | (map.Recursive ? PathFlags.Recursive : PathFlags.None),
                MountAttributeBlock.MapIds(namespaces[map]), MountAttributeBlock.Size)
                .On(source.Path)
                .Hint("the file system of the source takes no mapping of ids, or has one already; leave idmap, "
                    + "uidMappings and gidMappings out, or take the source from another file system");
        }

        return tree;
    }
}
