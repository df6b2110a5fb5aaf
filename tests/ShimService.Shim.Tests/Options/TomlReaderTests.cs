using ShimService.Shim.Options;
using ShimService.Tasks.Errors;

namespace ShimService.Shim.Tests.Options;

public sealed class TomlReaderTests
{
    [Fact]
    public void Read_WhenEveryFormIsThere_ThenKeysKindsAndValues()
    {
        var entries = TomlReader.Read(
            "# a comment\n\nGroup = \"a \\\"b\\\" \\u00e9\" # said so\r\n'lit' = 'c:\\d'\n\tIoUid=1_000\nSystemdCgroup = false\n",
            "config_body");

        Assert.Equal(
            [
                new TomlEntry("Group", TomlKind.Text, "a \"b\" é", 3),
                new TomlEntry("lit", TomlKind.Text, "c:\\d", 4),
                new TomlEntry("IoUid", TomlKind.Bare, "1_000", 5),
                new TomlEntry("SystemdCgroup", TomlKind.Bare, "false", 6),
            ],
            entries);
    }

    [Theory]
    [InlineData("a = 1\n[x]\n", "line 2: tables")]
    [InlineData("a", "line 1: \"a\" has to be followed by =")]
    [InlineData("= 1", "a key has letters")]
    [InlineData("a = ", "the value of \"a\"")]
    [InlineData("a = [1]", "the value of \"a\"")]
    [InlineData("a = 1.5", "the value of \"a\"")]
    [InlineData("a.b = 1", "\"a\" has to be followed by =")]
    [InlineData("a = \"x", "closing quote")]
    [InlineData("a = \"x\" y", "the value of \"a\"")]
    [InlineData("a = \"\"\"x\"\"\"", "the value of \"a\"")]
    [InlineData("a = \"\\q\"", "backslash")]
    [InlineData("a = \"\\ud800\"", "backslash")]
    public void Read_WhenItIsNoneOfOurs_ThenTheLineSaysWhy(string toml, string message)
    {
        var failure = Assert.Throws<TaskException>(() => TomlReader.Read(toml, "f.toml"));

        Assert.Equal(ErrorKind.InvalidArgument, failure.Kind);
        Assert.StartsWith("f.toml, line ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Operators' files are bytes we did not write: whatever they are, the answer is entries or one error.
    /// </summary>
    [Fact]
    public void Read_WhenAnythingAtAll_ThenEntriesOrItsOwnError()
    {
        var random = new Random(20260101);
        const string alphabet = "ab='\"\\[]#.\n\t 1u_é-";
        for (var round = 0; round < 20_000; round++)
        {
            var text = new string(random.GetItems<char>(alphabet, random.Next(1, 24)));
            var failure = Record.Exception(() => TomlReader.Read(text, "f"));
            Assert.True(failure is null or TaskException, text);
        }
    }
}
