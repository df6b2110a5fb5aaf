using ShimService.Engine.Compile.Input;
using ShimService.Engine.Compile.Mounts;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Oci;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// A bind mount: a detached copy of the source, changed before anybody sees it, then attached. Only attributes that are
/// named are changed; what else the source has (nosuid, nodev) stays, so nothing of it is loosened by accident.
/// </summary>
internal static class BindMount
{
    internal static void Append(
        Compilation compilation, MountSpec mount, MountOptions options, string path, string field)
    {
        if (options.OfFileSystem is { } word)
        {
            throw new SpecException($"{field}.options",
                $"\"{word}\" belongs to the file system, which a bind mount shares with its source; give it to the mount of "
                + "the source");
        }

        if (options.Data.Count > 0)
        {
            throw new SpecException(
                $"{field}.options", $"\"{options.Data[0].Key}\" means nothing to a bind mount, or is not known");
        }

        var step = $"mount {path}";
        var plan = compilation.Plan;
        var source = mount.Source.StartsWith('/') ? mount.Source : $"{compilation.Input.BundlePath}/{mount.Source}";
        if (options.CopyLink && compilation.Input.Host.Paths.ReadLink(source) is { } content)
        {
            CopiedLink.Append(compilation, content, path, field);
            return;
        }

        var isLink = options.SourceIsLink && compilation.Input.Host.Paths.ReadLink(source) is not null;
        var kind = isLink ? PathKind.File : compilation.Input.Host.Paths.Look(source).Kind;
        var tree = HandedSource.NeedsOne(compilation, mount, source)
            ? HandedSource.Take(compilation, mount, options, source, path)
            : plan.Call(step, Clauses.Mounts, SystemCall.OpenTree, KernelValues.WorkingDirectory, source,
                TreeFlags.Clone | TreeFlags.CloseOnExec | (options.Recursive ? TreeFlags.Recursive : TreeFlags.None)
                | (isLink ? TreeFlags.SymlinkNoFollow : TreeFlags.None));
        AttributeChange.Append(plan, step, tree, options, path);
        var target = options.OnLink && compilation.Tree.ReadLink(path) is not null
            ? compilation.Tree.Place(step, Clauses.Mounts, path)
            : compilation.Tree.Target(
                step, Clauses.Mounts, path, kind == PathKind.File ? PathKind.File : PathKind.Directory);
        target.Mount(plan, step, Clauses.Mounts, tree, path);
        PropagationWords.Append(plan, step, options, tree, path);
        compilation.Tree.Attach(new PlannedMount(path, PlannedMountKind.Bind, tree) { Source = source });
    }
}
