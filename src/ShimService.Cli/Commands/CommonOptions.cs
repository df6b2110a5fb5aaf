using System.CommandLine;

namespace ShimService.Cli.Commands;

/// <summary>Options every verb takes, before or after its name.</summary>
internal static class CommonOptions
{
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

    // Here for the help, and for those who write it behind the verb: Verb says where it goes.
    public static readonly Option<string?> Root = new("--root")
    {
        Description = "before the verb: runc's verbs on bundles, without shimd; DIR keeps their state",
        HelpName = "DIR",
        Recursive = true,
    };
}
