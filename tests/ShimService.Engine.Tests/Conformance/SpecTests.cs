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

    /// <summary>Whether a row for <paramref name="row"/> is one for <paramref name="path"/> too.</summary>
    public static bool Covers(string row, string path) =>
        path.Equals(row, StringComparison.OrdinalIgnoreCase)
        || (path.StartsWith(row, StringComparison.OrdinalIgnoreCase) && path[row.Length] is '.' or '[');

    private static IEnumerable<string> Traits(MethodInfo method) =>
        method.GetCustomAttributesData().Concat(method.DeclaringType!.GetCustomAttributesData())
            .Where(data => data.AttributeType == typeof(TraitAttribute)
                && (string)data.ConstructorArguments[0].Value! == "Spec")
            .Select(data => (string)data.ConstructorArguments[1].Value!);
}
