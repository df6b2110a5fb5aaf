using System.Collections;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Shim.CommandLine;

namespace ShimService.Shim.Start;

/// <summary>
/// Leaves the daemon behind: this same program in a session of its own, with the listener as descriptor 3, standard
/// streams on /dev/null (its caller waits for their end) and the log, where there is one, as stderr. It is nobody's
/// child once this process has ended.
///
/// It runs from a read-only copy of the program's mount, so that no container can write into the program through a
/// child that has not executed yet. Only when compiled ahead of time: the just-in-time host looks for its libraries
/// beside the executable, by a path that is not there then.
/// </summary>
internal static class DaemonLaunch
{
    /// <summary>Where the daemon finds its listener; also Go's convention.</summary>
    public const int ListenerDescriptor = 3;

    /// <summary>
    /// Returns when the daemon executes; connections wait in the listener's backlog until it accepts.
    /// </summary>
    /// <param name="arguments">The helper's own.</param>
    /// <param name="group">Becomes the daemon's id.</param>
    /// <param name="listener">Bound and listening.</param>
    /// <param name="ttrpcAddress">containerd's, where it came on stdin; empty = as the environment says.</param>
    public static async Task RunAsync(
        ShimArguments arguments, string group, Socket listener, string ttrpcAddress)
    {
        var program = Environment.ProcessPath
            ?? throw new UsageException("the kernel does not say which program this is: is /proc mounted?");
        using var launcher = new Launcher();
        using var log = OpenLog();
        using var image = RuntimeFeature.IsDynamicCodeSupported ? null : ReadOnlyProgram.TryOpen(program);
        var process = await HostPrograms.StartAsync(
            launcher,
            new HostProgram(program, Arguments(arguments, program, group), Variables(ttrpcAddress))
            {
                Stderr = log,
                Descriptors = [listener.SafeHandle],
                Session = HostSession.Own,
                Image = image,
            });
        process.PidFd.Dispose();
    }

    private static string[] Arguments(ShimArguments arguments, string program, string group)
    {
        string[] basic =
        [
            program, "-namespace", arguments.Namespace, "-id", group, "-address", arguments.Address,
            "-publish-binary", arguments.PublishBinary,
        ];
        return arguments.Debug ? [.. basic, "-debug"] : basic;
    }

    private static List<string> Variables(string ttrpcAddress)
    {
        var variables = new List<string>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (name != ShimEnvironment.NotifySocket
                && (name != ShimEnvironment.TtrpcAddress || ttrpcAddress.Length == 0))
            {
                variables.Add($"{variable.Key}={variable.Value}");
            }
        }

        if (ttrpcAddress.Length > 0)
        {
            variables.Add($"{ShimEnvironment.TtrpcAddress}={ttrpcAddress}");
        }

        return variables;
    }

    /// <summary>What the runtime itself says when it dies belongs into the log; without one, nowhere.</summary>
    private static FileDescriptor? OpenLog()
    {
        try
        {
            return Files.Open(Serve.ShimLog.FileName, OpenFlags.WriteOnly | OpenFlags.Append | OpenFlags.NonBlocking);
        }
        catch (Linux.Errors.KernelException)
        {
            return null;
        }
    }
}
