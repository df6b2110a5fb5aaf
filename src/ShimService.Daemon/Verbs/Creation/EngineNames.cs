using ShimService.Rpc;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>What can run a task, by name.</summary>
internal static class EngineNames
{
    /// <summary>Our own: the shim makes the container itself.</summary>
    public const string Native = "native";

    private const string Linux = "linux";

    public static IReadOnlyList<string> All { get; } = [Native];

    /// <summary>Errors: InvalidArgument that names what there is.</summary>
    public static void Require(string engine)
    {
        if (engine.Length > 0 && !All.Contains(engine))
        {
            throw RpcException.InvalidArgument("engine",
                $"there is no engine \"{engine}\"; there are: {string.Join(", ", All)}", "UNKNOWN_ENGINE");
        }
    }

    /// <summary>Errors: Unimplemented for another platform than this one.</summary>
    public static void RequireLinux(string platform)
    {
        if (platform is not ("" or Linux))
        {
            throw RpcException.Unimplemented(
                $"platform: a container of \"{platform}\" cannot run on Linux; Explain answers what it would run as");
        }
    }
}
