using System.CommandLine;

namespace ShimService.Cli.Commands;

/// <summary>Options every verb takes, before or after its name.</summary>
internal static class CommonOptions
{
    public const string RuncStyleVerbs = "create start state kill delete exec";
    public const string DefaultSocket = "/run/shimservice/shimd.sock";

    public static readonly Option<string> Socket = new("--socket")
    {
        Description = "shimd's socket",
        HelpName = "PATH",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("SHIMSERVICE_SOCKET") ?? DefaultSocket,
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "JSON instead of text, one value a line",
        Recursive = true,
    };

    public static readonly Option<string?> Root = new("--root")
    {
        Description = "state directory for the runc-style verbs without shimd: " + RuncStyleVerbs,
        HelpName = "DIR",
        Recursive = true,
    };

    // Taken and not used, so that callers of runc need no change.
    public static readonly Option<string?> Log = new("--log") { Hidden = true, Recursive = true };
    public static readonly Option<string?> LogFormat = new("--log-format") { Hidden = true, Recursive = true };
    public static readonly Option<bool> Debug = new("--debug") { Hidden = true, Recursive = true };
}
