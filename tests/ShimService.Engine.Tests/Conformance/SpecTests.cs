using System.Collections.Concurrent;
using System.Reflection;

namespace ShimService.Engine.Tests.Conformance;

/// <summary>
/// The tests of this assembly, by what they show: [Trait("Spec", PROPERTY)] on a method or its class.
/// </summary>
internal static class SpecTests
{
    /// <summary>Every test as Class.Method.</summary>
    public static IReadOnlyDictionary<string, MethodInfo> All { get; } = typeof(SpecTests).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods()).Where(method => method.GetCustomAttribute<FactAttribute>() is not null)
        .ToDictionary(method => $"{method.DeclaringType!.Name}.{method.Name}");

    /// <summary>The tests that show a property, or a part of it, in order.</summary>
    public static IReadOnlyList<string> Of(SpecProperty property) =>
        [.. All.Where(test => Traits(test.Value).Any(trait => Covers(property.Path, trait))).Select(test => test.Key)
            .Concat(property.Tests).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>
    /// Whether a boot of the virtual machine (a file of tests/vm/boots) runs it: its name holds one of the words of a
    /// line for this project, or there are none, and it holds none of those that begin with a minus.
    /// </summary>
    public static bool RunsInTheMachine(string test, string boot)
    {
        var name = $"{All[test].DeclaringType!.FullName}.{All[test].Name}";
        return Boots.GetOrAdd(boot, Lines).Any(words =>
            (words.All(IsLeft) || words.Any(word => !IsLeft(word) && name.Contains(word, StringComparison.Ordinal)))
            && !words.Any(word => IsLeft(word) && name.Contains(word[1..], StringComparison.Ordinal)));
    }

    /// <summary>Whether a row for <paramref name="row"/> is one for <paramref name="path"/> too.</summary>
    public static bool Covers(string row, string path) =>
        path.Equals(row, StringComparison.OrdinalIgnoreCase)
        || (path.StartsWith(row, StringComparison.OrdinalIgnoreCase) && path[row.Length] is '.' or '[');

    private static ConcurrentDictionary<string, string[][]> Boots { get; } = new();

    private static string[][] Lines(string boot) =>
        [.. File.ReadLines(Path.Join(AppContext.BaseDirectory, "Conformance/boots", boot))
            .Where(line => line.StartsWith("Engine ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1..])];

    private static bool IsLeft(string word) => word.StartsWith('-');

    private static IEnumerable<string> Traits(MethodInfo method) =>
        method.GetCustomAttributesData().Concat(method.DeclaringType!.GetCustomAttributesData())
            .Where(data => data.AttributeType == typeof(TraitAttribute)
                && (string)data.ConstructorArguments[0].Value! == "Spec")
            .Select(data => (string)data.ConstructorArguments[1].Value!);
}
