using System.CommandLine;

namespace ShimService.Cli.Direct;

/// <summary>What stands before a runc-style verb, by runc's names.</summary>
internal static class DirectOptions
{
    /// <summary>Says --root for callers that can only name a program: a suite's RUNTIME=shimctl.</summary>
    public const string RootVariable = "SHIMSERVICE_ROOT";

    public static readonly Option<string?> Root = new("--root")
    {
        Description = $"state directory of the containers; default: ${RootVariable}", HelpName = "DIR",
    };

    public static readonly Option<string?> Log = new("--log")
    {
        Description = "file for log lines; default: standard error", HelpName = "FILE",
    };

    public static readonly Option<string> LogFormat = new("--log-format")
    {
        Description = "text or json", HelpName = "FORMAT", DefaultValueFactory = _ => "text",
    };

    public static readonly Option<bool> Debug = new("--debug") { Description = "log every step" };

    public static readonly Option<bool> SystemdCgroup = new("--systemd-cgroup")
    {
        Description = "systemd makes the cgroups; linux.cgroupsPath is slice:prefix:name",
    };

    public static Option[] All => [Root, Log, LogFormat, Debug, SystemdCgroup];

    /// <summary>The state directory these words ask for: --root before the verb. Null = the verbs of shimd.</summary>
    public static string? RootOf(string[] words)
    {
        for (int i = 0; i < words.Length && words[i].StartsWith('-'); i++)
        {
            string[] parts = words[i].Split('=', 2);
            if (parts[0] == Root.Name)
            {
                return parts.Length == 2 ? parts[1] : words.ElementAtOrDefault(i + 1);
            }

            i += parts is ["--log" or "--log-format" or "--socket"] ? 1 : 0;
        }

        return Environment.GetEnvironmentVariable(RootVariable) is { Length: > 0 } root ? root : null;
    }
}
