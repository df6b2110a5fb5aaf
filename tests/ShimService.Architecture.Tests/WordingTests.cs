using System.Text.RegularExpressions;
using ShimService.Architecture.Tests.Support;

namespace ShimService.Architecture.Tests;

/// <summary>What no file may say: where somebody once built it, and what was meant to be done later.</summary>
public sealed partial class WordingTests
{
    private static readonly string[] Binary = [".png", ".ico", ".snk", ".pb", ".bin"];

    [Fact]
    public void Files_WhenRead_ThenNoMachinesPathIsInThem() => AssertNowhere(MachinePaths());

    [Fact]
    public void Files_WhenRead_ThenNothingIsLeftForLater() => AssertNowhere(Reminders());

    [Fact]
    public void Files_WhenRead_ThenTheySpeakOfTheProjectAlone() => AssertNowhere(Authors());

    private static void AssertNowhere(Regex words) => Offences.AssertNone(
        from path in Repository.Files()
        where !Binary.Contains(Path.GetExtension(path)) && Path.GetFileName(path) != nameof(WordingTests) + ".cs"
        from line in Repository.Read(path).Split('\n').Index()
        from match in words.Matches(line.Item)
        select $"{path}:{line.Index + 1}: {match.Value}");

    [GeneratedRegex(@"(?<![\w$}.""/])/(work|home)/\w+|(?<!\})/root/\w+/|(?<![\w$}.""/])/mnt/\w+/|/Users/|C:\\Users")]
    private static partial Regex MachinePaths();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX|NotImplementedException)\b")]
    private static partial Regex Reminders();

    [GeneratedRegex(@"\b(language model|LLM|Claude|ChatGPT|Copilot|subagent|teammate|issue #?\d+)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Authors();
}
