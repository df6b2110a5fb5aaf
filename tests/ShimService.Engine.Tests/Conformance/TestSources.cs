using System.Text.RegularExpressions;

namespace ShimService.Engine.Tests.Conformance;

/// <summary>The tests of every project below a directory, as their sources have them: no project refers to all.</summary>
internal static partial class TestSources
{
    /// <summary>Each test as Class.Method, and the project it is of.</summary>
    public static IReadOnlyDictionary<string, string> Read(string tests)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var project in Directory.GetDirectories(tests, "ShimService.*.Tests"))
        {
            foreach (var file in Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories))
            {
                var text = File.ReadAllText(file);
                var name = Class().Match(text);
                foreach (var method in Method().Matches(text).Where(_ => name.Success))
                {
                    found[$"{name.Groups[1].Value}.{method.Groups[1].Value}"] = Path.GetFileName(project);
                }
            }
        }

        return found;
    }

    [GeneratedRegex(@"^(?:public|internal) (?:sealed |static |unsafe |abstract |partial )*class (\w+)", RegexOptions.Multiline)]
    private static partial Regex Class();

    // An attribute that ends in Fact or Theory, more attributes, and the name before the parameters.
    [GeneratedRegex(@"^    \[\w*(?:Fact|Theory)\b[^\n]*\n(?:    +[^\n]*\n)*?    public [^\n(]*?(\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Method();
}
