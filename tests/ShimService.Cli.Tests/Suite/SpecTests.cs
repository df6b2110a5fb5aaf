using System.Text.Json.Nodes;

namespace ShimService.Cli.Tests.Suite;

public sealed class SpecTests(SuiteRun suite) : IClassFixture<SuiteRun>
{
    [Theory]
    [InlineData("--bundle")]
    [InlineData("-b")]
    [InlineData("")]
    public async Task Spec_WhenWritten_ThenItRunsOnceItsRootIsThere(string option)
    {
        string bundle = Directory.CreateDirectory(suite.In(suite.NewId())).FullName;
        string[] where = option.Length > 0 ? [option, bundle] : [];

        (await Command.RunAsync(
            "/bin/sh", ["-c", "cd \"$0\" && exec \"$@\"", option.Length > 0 ? "/" : bundle, Repository.Shimctl,
                "--root", suite.Root, "spec", .. where])).Expect();

        string file = Path.Combine(bundle, "config.json");
        JsonObject spec = JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
        Assert.Equal("rootfs", SuiteRun.Text(spec["root"]!, "path"));
        Assert.Equal("sh", spec["process"]!["args"]![0]!.GetValue<string>());
        string id = suite.NewId();
        spec["process"]!["args"] = new JsonArray("sh", "-c", "echo it works");
        spec["linux"]!["cgroupsPath"] = "/" + id;
        await File.WriteAllTextAsync(file, spec.ToJsonString());
        (await Command.RunAsync("ln", "-s", suite.Rootfs, Path.Combine(bundle, "rootfs"))).Expect();
        Assert.Equal("it works\r\n", (await suite.RunAsync("run", "--bundle", bundle, id)).Expect().Output);
    }

    [Fact]
    public async Task Spec_WhenThereIsOneAlready_ThenItStays()
    {
        string bundle = Directory.CreateDirectory(suite.In(suite.NewId())).FullName;
        string file = Path.Combine(bundle, "config.json");
        await File.WriteAllTextAsync(file, "mine");

        Command spec = await suite.RunAsync("spec", "-b", bundle);

        Assert.Equal(1, spec.Status);
        Assert.Contains("remove it first", spec.Errors, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(file));
    }
}
