using System.Collections;
using System.Runtime.CompilerServices;
using System.Text;
using ShimService.Oci.Model;

namespace ShimService.Engine.Tests.Conformance;

/// <summary>
/// src/ShimService.Engine/CONFORMANCE.md: a row per property of the specification. UPDATE_CONFORMANCE=1 writes it anew.
/// </summary>
public sealed class ConformanceTests
{
    private const string Head = """
        # Conformance

        OCI runtime-spec 1.3.0 for Linux, property by property, and the tests that show it. Made from the tests by
        `UPDATE_CONFORMANCE=1 dotnet test tests/ShimService.Engine.Tests --filter ConformanceTests`; a test keeps it true.

        *v1* is the host that `tests/run.sh` runs on where its controllers are those of version 1 (a hybrid host is one
        of these with an empty cgroup2 beside them), *v2* the virtual machine of `tests/vm` (Linux 6.1, AppArmor).
        `pass`: the tests named run there, and `tests/run.sh` fails when one of them does. `plan`: what would be done is
        shown, not its effect. `not shown`: no test there. `host lacks`: neither has what it takes.
        The last three columns are what runc 1.5, crun 1.29 and youki 0.7 do: + all, ~ a part, - nothing.

        | property | v1, hybrid | v2 | tests | runc | crun | youki |
        |---|---|---|---|---|---|---|

        """;

    private static readonly string[] Missing = ["", "SpecFuzzTests", "ResourceWritesTests", "PlanGoldenTests"];

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
        var gone = SpecProperty.All.SelectMany(property => property.Tests).Except(SpecTests.All.Keys).ToList();
        Assert.True(gone.Count == 0, string.Join(", ", gone));
        var bare = SpecProperty.All.Where(property => property.Note.Length == 0 && SpecTests.Of(property).Count == 0)
            .Select(property => property.Path).ToList();
        Assert.True(bare.Count == 0, string.Join(", ", bare));
    }

    [Fact]
    public void Document_WhenRead_ThenEachPropertyIsInItAndEachTestItNamesIsThere()
    {
        var path = Path.Combine(Path.GetDirectoryName(Here())!, "../../../src/ShimService.Engine/CONFORMANCE.md");
        if (Environment.GetEnvironmentVariable("UPDATE_CONFORMANCE") == "1")
        {
            File.WriteAllText(path, Document());
        }

        var rows = File.ReadAllLines(path).Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToList();
        Assert.Equal(SpecProperty.All.Select(property => $"`{property.Path}`"), rows.Select(row => row[1]));
        var gone = rows.SelectMany(row => row[4].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(word => word.Contains('.', StringComparison.Ordinal) && word.Contains('_', StringComparison.Ordinal))
            .Except(SpecTests.All.Keys).ToList();
        Assert.True(gone.Count == 0, string.Join(", ", gone));
    }

    private static string Document()
    {
        var text = new StringBuilder(Head);
        foreach (var property in SpecProperty.All)
        {
            var tests = SpecTests.Of(property);
            var machine = tests.Where(test => SpecTests.RunsInTheMachine(test, "v2")).ToList();
            text.Append($"| `{property.Path}` | {Result(property, tests)} | {Result(property, machine)} | ")
                .Append(string.Join(' ', tests.Take(4)))
                .Append(tests.Count > 4 ? $" and {tests.Count - 4} more" : "")
                .Append(property.Note.Length > 0 ? $" ({property.Note})" : "")
                .Append($" | {string.Join(" | ", property.Others)} |\n");
        }

        return text.ToString();
    }

    private static string Result(SpecProperty property, IReadOnlyList<string> tests)
    {
        var shown = tests.Where(test => !Missing.Contains(test.Split('.')[0])).ToList();
        return property.Note switch
        {
            _ when property.Note.StartsWith("host lacks", StringComparison.Ordinal) => "host lacks",
            _ when property.Note.StartsWith("refused", StringComparison.Ordinal) => "refused",
            _ when shown.Count > 0 => "pass",
            _ when tests.Count > 0 => "plan",
            _ => "not shown",
        };
    }

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
