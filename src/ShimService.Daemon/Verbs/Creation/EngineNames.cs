using ShimService.Daemon.Configuration;
using ShimService.Rpc;
using ShimService.Tasks.Values;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>What can run a task, by name: our own, where the shim makes the container itself, and what was given.</summary>
internal static class EngineNames
{
    private const string Linux = "linux";
    private const UnixFileMode Executable =
        UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static IEnumerable<string> All(DaemonOptions options) =>
        options.Engines.Prepend(EngineName.Native).Select(engine => engine.ToString());

    /// <summary>Errors: DaemonException for one that is no program.</summary>
    public static void Check(DaemonOptions options)
    {
        foreach (var engine in options.Engines)
        {
            if (Problem(engine.Runtime!) is { } problem)
            {
                throw new DaemonException(
                    $"--engine {engine}: {problem}; give the path of an OCI runtime, as oci:/usr/sbin/runc");
            }
        }
    }

    /// <summary>Errors: InvalidArgument that names what there is.</summary>
    public static EngineName Require(string engine, DaemonOptions options) =>
        EngineName.TryParse(engine, out var name) && (name.Runtime is null || options.Engines.Contains(name))
            ? name
            : throw RpcException.InvalidArgument("engine",
                $"engine: there is no engine \"{engine}\"; there are: {string.Join(", ", All(options))}; "
                + "shimd --engine oci:/path/to/runtime adds one", "UNKNOWN_ENGINE");

    /// <summary>Errors: Unimplemented for another platform than this one.</summary>
    public static void RequireLinux(string platform)
    {
        if (platform is not ("" or Linux))
        {
            throw RpcException.Unimplemented(
                $"platform: a container of \"{platform}\" cannot run on Linux; Explain answers what it would run as");
        }
    }

    private static string? Problem(string path)
    {
        try
        {
            return !File.Exists(path) ? "no such file"
                : (File.GetUnixFileMode(path) & Executable) == 0 ? "that file is not executable"
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }
}
