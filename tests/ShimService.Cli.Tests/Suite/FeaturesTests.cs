using System.Text.Json.Nodes;

namespace ShimService.Cli.Tests.Suite;

public sealed class FeaturesTests(SuiteRun suite) : IClassFixture<SuiteRun>
{
    [Theory]
    [InlineData("--root")]
    [InlineData("--socket")]
    public async Task Features_WhenAsked_ThenTheDocumentOfTheSpecification(string anyway)
    {
        Command features = (await Command.RunAsync(Repository.Shimctl, anyway, suite.Root, "features")).Expect();

        JsonNode document = JsonNode.Parse(features.Output)!;
        Assert.Equal("1.0.0", SuiteRun.Text(document, "ociVersionMin"));
        Assert.Equal("1.3.0", SuiteRun.Text(document, "ociVersionMax"));
        Assert.Equal(6, document["hooks"]!.AsArray().Count);
        Assert.Contains("rro", document["mountOptions"]!.AsArray().Select(word => word!.GetValue<string>()));
        JsonNode linux = document["linux"]!;
        Assert.Equal(8, linux["namespaces"]!.AsArray().Count);
        Assert.Contains("CAP_BPF", linux["capabilities"]!.AsArray().Select(word => word!.GetValue<string>()));
        Assert.True(linux["cgroup"]!["v1"]!.GetValue<bool>());
        Assert.True(linux["seccomp"]!["enabled"]!.GetValue<bool>());
        Assert.True(linux["mountExtensions"]!["idmap"]!["enabled"]!.GetValue<bool>());
        Assert.True(linux["netDevices"]!["enabled"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Features_WhenNothingRuns_ThenNothingIsLeftBehind()
    {
        (await suite.RunAsync("features")).Expect();

        Assert.False(Directory.Exists(suite.Root));
    }
}
