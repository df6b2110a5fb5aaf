using System.Globalization;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Arguments;

/// <summary>Options whose value has parts: NAME=VALUE, PATH:NUMBER, SOFT:HARD. Pure.</summary>
internal static class PairWords
{
    /// <summary>NAME=VALUE into a map; NAME alone is the empty value.</summary>
    public static void AddTo(IDictionary<string, string> map, IEnumerable<string> pairs)
    {
        foreach (string pair in pairs)
        {
            string[] sides = pair.Split('=', 2);
            map[sides[0]] = sides.Length == 2 ? sides[1] : "";
        }
    }

    /// <summary>nofile=1024:2048; one number is both, -1 is no limit.</summary>
    public static Rlimit Ulimit(string text)
    {
        string[] sides = text.Split('=', 2);
        string[] numbers = sides.Length == 2 ? sides[1].Split(':') : [];
        return numbers.Length is 1 or 2
            ? new Rlimit { Type = sides[0], Soft = Limit(numbers[0], text), Hard = Limit(numbers[^1], text) }
            : throw new CliException($"--ulimit {text}: write NAME=SOFT or NAME=SOFT:HARD");
    }

    /// <summary>PATH:RATE, the rate a number or an amount such as 1m.</summary>
    public static ThrottleDevice Throttle(string text, string option)
    {
        (string path, string rate) = Split(text, option);
        return new ThrottleDevice { Path = path, Rate = (ulong)Quantities.Bytes(rate, option) };
    }

    /// <summary>PATH:WEIGHT.</summary>
    public static WeightDevice Weight(string text)
    {
        (string path, string weight) = Split(text, "--blkio-weight-device");
        return new WeightDevice
        {
            Path = path,
            Weight = uint.TryParse(weight, NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
                ? number
                : throw new CliException($"--blkio-weight-device {text}: the weight is a number from 10 to 1000"),
        };
    }

    /// <summary>CONTAINER:HOST:SIZE.</summary>
    public static IdMapping IdMap(string text)
    {
        uint[] numbers = [.. text.Split(':').Select(part =>
            uint.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
                ? number
                : throw new CliException($"--uidmap and --gidmap {text}: write CONTAINER:HOST:SIZE"))];
        return numbers.Length == 3
            ? new IdMapping { ContainerId = numbers[0], HostId = numbers[1], Size = numbers[2] }
            : throw new CliException($"--uidmap and --gidmap {text}: write CONTAINER:HOST:SIZE");
    }

    private static (string Path, string Value) Split(string text, string option)
    {
        int colon = text.LastIndexOf(':');
        return colon > 0
            ? (text[..colon], text[(colon + 1)..])
            : throw new CliException($"{option} {text}: write PATH:NUMBER");
    }

    private static ulong Limit(string text, string whole) =>
        text is "-1" or "unlimited" ? ulong.MaxValue
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number
        : throw new CliException($"--ulimit {whole}: {text} is no number");
}
