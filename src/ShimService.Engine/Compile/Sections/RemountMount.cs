using ShimService.Engine.Compile.Mounts;
using ShimService.Oci;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// A mount with the option "remount": changes what is mounted there by now. Attributes that are not named stay.
/// </summary>
internal static class RemountMount
{
    internal static void Append(Compilation compilation, MountOptions options, string path, string field)
    {
        if (options.Data.Count > 0)
        {
            throw new SpecException($"{field}.options",
                $"\"{options.Data[0].Key}\" cannot be changed by a remount; give it to the mount itself",
                SpecProblem.Unsupported);
        }

        var step = $"remount {path}";
        var plan = compilation.Plan;
        var mount = compilation.Tree.Reopen(step, Clauses.Mounts, path);
        AttributeChange.Append(plan, step, mount, options, path);
        PropagationWords.Append(plan, step, options, mount, path);
    }
}
