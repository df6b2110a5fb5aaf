using System.Text;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// Opens a file of the host's /proc by path and writes one value. Only before the container has a root.
/// </summary>
internal static class WriteFile
{
    internal static void Append(
        PlanBuilder plan, string step, string clause, string path, string value, string? hint = null)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        var file = plan.Call(step, clause, SystemCall.Openat, KernelValues.WorkingDirectory, path,
            OpenFlags.WriteOnly | OpenFlags.CloseOnExec, 0);
        var write = plan.Call(step, clause, SystemCall.Write, file, bytes, bytes.Length).AtLeast(bytes.Length).On(path);
        if (hint is not null)
        {
            write.Hint(hint);
        }
    }
}
