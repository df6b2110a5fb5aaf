using System.Globalization;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Arguments;

/// <summary>A signal by name, with or without SIG, or by number. Pure.</summary>
internal static class SignalWords
{
    private static readonly string[] Names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
        "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
        "WINCH", "IO", "PWR", "SYS",
    ];

    public static Signal Parse(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number is > 0 and <= 64)
        {
            return (Signal)number;
        }

        string name = text.ToUpperInvariant();
        name = name.StartsWith("SIG", StringComparison.Ordinal) ? name[3..] : name;
        int index = Array.IndexOf(Names, name);
        return index > 0 ? (Signal)index : name switch
        {
            "POLL" => (Signal)29,
            "RTMIN" => (Signal)34,
            "RTMAX" => (Signal)64,
            _ when RealTime(name) is { } realTime => (Signal)realTime,
            _ => throw new CliException($"no signal {text}; write TERM, SIGTERM, 15, RTMIN+1 …"),
        };
    }

    private static int? RealTime(string name)
    {
        (int start, int sign) = name switch
        {
            _ when name.StartsWith("RTMIN+", StringComparison.Ordinal) => (34, 1),
            _ when name.StartsWith("RTMAX-", StringComparison.Ordinal) => (64, -1),
            _ => (0, 0),
        };
        return start != 0 && int.TryParse(
            name.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out int offset)
            && start + (sign * offset) is >= 34 and <= 64
            ? start + (sign * offset)
            : null;
    }
}
