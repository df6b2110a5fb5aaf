using System.Collections;
using System.Net.Sockets;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Shim.CommandLine;

namespace ShimService.Shim.Start;

/// <summary>
/// Leaves the daemon behind: this same program in a session of its own, with the listener as descriptor 3, standard
/// streams on /dev/null (its caller waits for their end) and the log, where there is one, as stderr. It is nobody's
/// child once this process has ended.
/// </summary>
internal static class DaemonLaunch
{
    /// <summary>Where the daemon finds its listener; also Go's convention.</summary>
    public const int ListenerDescriptor = 3;

    /// <summary>Returns when the daemon executes; connections wait in the listener's backlog until it accepts.</summary>
    public static async Task RunAsync(ShimArguments arguments, string group, Socket listener)
    {
        var program = Environment.ProcessPath
            ?? throw new UsageException("the kernel does not say which program this is: is /proc mounted?");
        using var launcher = new Launcher();
        using var log = OpenLog();
        var process = await HostPrograms.StartAsync(
            launcher,
            new HostProgram(program, Arguments(arguments, program, group), Variables())
            {
                Stderr = log,
                Descriptors = [listener.SafeHandle],
                Session = HostSession.Own,
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

    private static List<string> Variables()
    {
        var variables = new List<string>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if ((string)variable.Key != ShimEnvironment.NotifySocket)
            {
                variables.Add($"{variable.Key}={variable.Value}");
            }
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
