using ShimService.Engine.Compile.Input;
using ShimService.Linux.Launch;
using ShimService.Oci;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// copy-symlink: where the source of a bind mount is a symbolic link, the container gets one that holds the same, whose
/// way is its own. Source: crun.1 "copy-symlink".
/// </summary>
internal static class CopiedLink
{
    internal static void Append(Compilation compilation, string content, string path, string field)
    {
        var there = compilation.Tree.ReadLink(path);
        if (there == content)
        {
            return;
        }

        if (there is not null || compilation.Tree.Look(path).Kind != PathKind.Missing)
        {
            throw new SpecException($"{field}.destination",
                $"{path} is there already, and is no link to {content}; take it out of the root filesystem");
        }

        var step = $"link {path}";
        var place = compilation.Tree.Place(step, Clauses.Mounts, path);
        compilation.Plan.Call(step, Clauses.Mounts, SystemCall.Symlinkat, content, place.Directory, place.Name)
            .On(path);
    }
}
