using System.CommandLine;
using ShimService.Cli.Output;

namespace ShimService.Cli.Direct;

/// <summary>What a runc-style verb works with.</summary>
internal sealed record DirectSession(DirectState State, OutputWriter Output, DirectLog Log, bool SystemdCgroup)
{
    /// <exception cref="CliException">The log file cannot be written, or its format is none.</exception>
    public static DirectSession From(ParseResult parsed, string root)
    {
        LogFormat format = parsed.GetValue(DirectOptions.LogFormat) switch
        {
            "text" => LogFormat.Text,
            "json" => LogFormat.Json,
            { } other => throw new CliException(
                $"--log-format {other}: there are text and json", ExitStatus.RuncStyle),
            null => LogFormat.Text,
        };
        var log = new DirectLog(parsed.GetValue(DirectOptions.Log), format, parsed.GetValue(DirectOptions.Debug));
        return new DirectSession(
            new DirectState(root),
            new OutputWriter(descriptor: 1, json: false),
            log,
            parsed.GetValue(DirectOptions.SystemdCgroup));
    }
}
