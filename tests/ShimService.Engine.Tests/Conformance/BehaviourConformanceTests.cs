using System.Runtime.CompilerServices;

namespace ShimService.Engine.Tests.Conformance;

/// <summary>The lines of behaviours/*.txt: their form, and that the tests they name are there.</summary>
public sealed class BehaviourConformanceTests
{
    private static readonly string Tests = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../.."));

    private static readonly IReadOnlyList<Behaviour> All =
        Behaviour.All(Path.Combine(Path.GetDirectoryName(Here())!, "behaviours"));

    [Fact]
    public void Lines_WhenRead_ThenEachIsABehaviourAndWhatShowsIt()
    {
        Assert.NotEmpty(All);
        Assert.Empty(All.Where(line => line.Problem.Length > 0).Select(line => $"{line.Where}: {line.Problem}"));
        Assert.Empty(All.GroupBy(line => (line.Suite, line.Name)).Where(same => same.Count() > 1)
            .Select(same => $"{same.Last().Where}: told before: {same.Key.Name}"));
    }

    [Fact]
    public void Lines_WhenTheyNameTests_ThenTheseAreThere()
    {
        var tests = TestSources.Read(Tests);
        Assert.Empty(All.SelectMany(line => line.Tests.Where(test => !tests.ContainsKey(test))
            .Select(test => $"{line.Where}: there is no test {test}")));
    }

    [Fact]
    public void Sources_WhenRead_ThenTheirTestsAreThoseOfTheAssembly()
    {
        var read = TestSources.Read(Tests).Where(test => test.Value == "ShimService.Engine.Tests").Select(test => test.Key);
        Assert.Equal(SpecTests.All.Keys.Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
