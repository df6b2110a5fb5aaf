using System.Runtime.InteropServices;
using ShimService.Daemon.Files;
using ShimService.Linux.Init;
using ShimService.Oci;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>
/// The init's program as a file that containers can be given. Not on the state's tmpfs: that may be noexec.
/// </summary>
internal static class InitFile
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>
    /// Writes it unless it is there as it should be. Errors: SpecException on a machine there is none for.
    /// </summary>
    public static string PathFor(StateLayout layout)
    {
        var program = InitProgram.For(RuntimeInformation.ProcessArchitecture);
        if (program.IsEmpty)
        {
            throw new SpecException("config.init", "there is no init for this machine", SpecProblem.Unsupported);
        }

        var path = layout.InitProgram;
        if (!File.Exists(path) || !program.SequenceEqual(File.ReadAllBytes(path))
            || File.GetUnixFileMode(path) != Executable)
        {
            // Another file in its place: one that runs keeps its own.
            var fresh = $"{path}.{Guid.NewGuid():N}";
            File.WriteAllBytes(fresh, program);
            File.SetUnixFileMode(fresh, Executable);
            File.Move(fresh, path, overwrite: true);
        }

        return path;
    }
}
