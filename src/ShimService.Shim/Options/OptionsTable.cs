using System.Globalization;
using ShimService.Tasks.Ports;

namespace ShimService.Shim.Options;

/// <summary>
/// The keys of our TOML. Names are matched as Go's readers match them, without case, and underscores may stand
/// between words: an operator who changes runtime_type keeps the table written for runc. A key nobody knows is
/// refused, since a typing error would switch a limit off.
/// </summary>
internal static class OptionsTable
{
    /// <summary>Errors: InvalidArgument with the line.</summary>
    public static RuntimeOptions Read(string toml, string source)
    {
        var options = RuntimeOptions.None;
        var seen = new HashSet<string>();
        foreach (var entry in TomlReader.Read(toml, source))
        {
            var key = entry.Key.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
            options = key switch
            {
                "group" => options with { Group = Text(entry, source) },
                "shimcgroup" => options with { ShimCgroup = Text(entry, source) },
                "bootstrapversion" => options with { BootstrapVersion = Version(entry, source) },
                "nopivotroot" => options with { NoPivotRoot = Flag(entry, source) },
                "nonewkeyring" => options with { NoNewKeyring = Flag(entry, source) },
                "iouid" => options with { IoUid = Number(entry, source) },
                "iogid" => options with { IoGid = Number(entry, source) },
                "systemdcgroup" => options with { SystemdCgroup = Flag(entry, source) },
                "whenfull" => options with { WhenFull = Full(entry, source) },
                "binaryname" => options with { BinaryName = Text(entry, source) },
                "root" or "criupath" or "criuimagepath" or "criuworkpath" or "taskapiaddress" => Checked(
                    options, Text(entry, source)),
                "taskapiversion" => Checked(options, Number(entry, source)),
                _ => throw TomlReader.Wrong(source, entry.Line, $"the key \"{entry.Key}\" is unknown"),
            };
            if (!seen.Add(key))
            {
                throw TomlReader.Wrong(source, entry.Line, $"the key \"{entry.Key}\" is there twice");
            }
        }

        return options;
    }

    private static RuntimeOptions Checked(RuntimeOptions options, object value)
    {
        _ = value;
        return options;
    }

    private static string Text(TomlEntry entry, string source) => entry.Kind == TomlKind.Text
        ? entry.Value
        : throw TomlReader.Wrong(source, entry.Line, $"\"{entry.Key}\" has to be a text in quotes");

    private static bool Flag(TomlEntry entry, string source) =>
        entry is { Kind: TomlKind.Bare, Value: "true" or "false" }
        ? entry.Value == "true"
        : throw TomlReader.Wrong(source, entry.Line, $"\"{entry.Key}\" has to be true or false");

    private static WhenFull Full(TomlEntry entry, string source) => Text(entry, source) switch
    {
        "block" => WhenFull.Block,
        "drop-oldest" => WhenFull.DropOldest,
        _ => throw TomlReader.Wrong(source, entry.Line, $"\"{entry.Key}\" has to be \"block\" or \"drop-oldest\""),
    };

    private static uint Version(TomlEntry entry, string source) => Number(entry, source) is var version and (2 or 3)
        ? version
        : throw TomlReader.Wrong(source, entry.Line, $"\"{entry.Key}\" has to be 2 or 3");

    private static uint Number(TomlEntry entry, string source) =>
        entry.Kind == TomlKind.Bare && uint.TryParse(
            entry.Value.Replace("_", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture,
            out var number)
            ? number
            : throw TomlReader.Wrong(
                source, entry.Line, $"\"{entry.Key}\" has to be a number from 0 to {uint.MaxValue}");
}
