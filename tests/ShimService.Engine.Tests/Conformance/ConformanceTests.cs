using System.Collections;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Conformance;

/// <summary>
/// The rows of src/ShimService.Engine/CONFORMANCE.md, and what it and BEHAVIOURS.md name. UPDATE_CONFORMANCE=TABLE makes
/// both anew from the results of a run (tests/run.sh).
/// </summary>
public sealed partial class ConformanceTests
{
    private static readonly string Engine =
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../../src/ShimService.Engine"));

    [Fact]
    public void Rows_WhenTheModelIsLookedThrough_ThenEachPropertyHasOne()
    {
        var rows = SpecProperty.All.Select(property => property.Path).ToList();
        var paths = Properties(typeof(Spec), "", 0).ToList();

        Assert.True(paths.Count > 60, $"only {paths.Count} properties were found");
        var without =
            paths.Where(path => !rows.Any(row => SpecTests.Covers(row, path) || SpecTests.Covers(path, row))).ToList();
        Assert.True(without.Count == 0, string.Join(", ", without));
    }

    [Fact]
    public void Rows_WhenTheyNameTests_ThenTheseAreThere()
    {
        var tests = TestSources.Read(Path.Join(Engine, "../../tests"));
        var gone = SpecProperty.All.SelectMany(property => property.Tests).Except(tests.Keys).ToList();
        Assert.True(gone.Count == 0, string.Join(", ", gone));
        var bare = SpecProperty.All.Where(property => SpecTests.Of(property).Count == 0)
            .Select(property => property.Path).ToList();
        Assert.True(bare.Count == 0, string.Join(", ", bare));
    }

    /// <summary>
    /// A test that has another name by now, or a property that has, would be told of in vain. What is new is in the
    /// documents when they are made anew.
    /// </summary>
    [Theory]
    [InlineData("CONFORMANCE.md")]
    [InlineData("BEHAVIOURS.md")]
    public void Documents_WhenRead_ThenWhatTheyNameIsThere(string name)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_CONFORMANCE") is { Length: > 0 } table)
        {
            Update(name, RunResults.Read(table));
        }

        var text = File.ReadAllText(Path.Join(Engine, name));
        var tests = TestSources.Read(Path.Join(Engine, "../../tests"));
        Assert.Empty(Test().Matches(text).Select(match => match.Value).Where(test => !tests.ContainsKey(test)).Distinct());
        if (name == "CONFORMANCE.md")
        {
            Assert.Empty(Property().Matches(text).Select(match => match.Groups[1].Value)
                .Except(SpecProperty.All.Select(property => property.Path)));
        }

        Assert.True(text.Split('\n').Count(line => line.StartsWith("| ", StringComparison.Ordinal)) > 20);
    }

    private static void Update(string name, RunResults results)
    {
        var behaviours = Behaviour.All(Path.Combine(Path.GetDirectoryName(Here())!, "behaviours"));
        File.WriteAllText(Path.Join(Engine, name), name == "CONFORMANCE.md"
            ? ConformanceDocument.Make(results) : BehaviourDocument.Make(behaviours, results));
    }

    [GeneratedRegex(@"\b\w+Tests\.\w+_\w+")]
    private static partial Regex Test();

    [GeneratedRegex(@"(?m)^\| `([^`]+)`")]
    private static partial Regex Property();

    private static IEnumerable<string> Properties(Type type, string path, int depth)
    {
        foreach (var property in type.GetProperties().Where(property => property.CanWrite && depth < 4))
        {
            var name = Json(property.Name);
            var element = Element(property.PropertyType, out var many);
            var below = path.Length == 0 ? name : $"{path}.{name}";
            below += many && name == "mounts" ? "[]" : "";
            var inner = element.Namespace == typeof(Spec).Namespace && !element.IsEnum && (!many || name == "mounts")
                ? Properties(element, below, depth + 1).ToList()
                : [];
            foreach (var found in inner.Count > 0 ? inner : [below])
            {
                yield return found;
            }
        }
    }

    private static Type Element(Type type, out bool many)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        many = type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable));
        return many && type.IsGenericType ? type.GenericTypeArguments[^1] : type;
    }

    private static string Json(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static string Here([CallerFilePath] string path = "") => path;
}
