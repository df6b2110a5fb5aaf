using System.Text.Json.Nodes;

namespace ShimService.Cli.Tests.Suite;

public sealed class CreateTests(SuiteRun suite) : IClassFixture<SuiteRun>
{
    [Fact]
    public async Task Create_WhenTheIdIsMissing_ThenItFails()
    {
        string bundle = suite.Bundle(suite.NewId(), _ => { }, "/bin/true");

        Assert.Equal(1, (await suite.RunAsync("create", "--bundle", bundle)).Status);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("a b")]
    [InlineData("ä")]
    public async Task Create_WhenTheIdIsNone_ThenItIsRefusedAndThereIsNoDirectory(string id)
    {
        string bundle = suite.Bundle(suite.NewId(), _ => { }, "/bin/true");

        Command create = await suite.RunAsync("create", "--bundle", bundle, id);

        Assert.Equal(1, create.Status);
        Assert.Contains("invalid container id", create.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WhenThereIsNoBundle_ThenItSaysSoAndLeavesNothing()
    {
        string id = suite.NewId();

        Command create = await suite.RunAsync("create", "--bundle", suite.In("nowhere"), id);

        Assert.Equal(1, create.Status);
        Assert.Contains("config.json", create.Errors, StringComparison.Ordinal);
        Assert.Equal(1, (await suite.RunAsync("state", id)).Status);
    }

    [Fact]
    public async Task Create_WhenCreated_ThenTheStateTellsItAndThePidFileHoldsItsPid()
    {
        string id = suite.NewId();
        string bundle = suite.Bundle(
            id, spec => spec["annotations"] = new JsonObject { ["org.example.key"] = "value" }, "/bin/sleep", "1000");
        string pidFile = suite.In(id + ".pid");

        (await suite.DetachAsync("create", "--pid-file", pidFile, "-b", bundle, id)).Expect();

        JsonNode state = await suite.StateAsync(id);
        Assert.Equal("created", SuiteRun.Text(state, "status"));
        Assert.Equal(id, SuiteRun.Text(state, "id"));
        Assert.Equal("1.3.0", SuiteRun.Text(state, "ociVersion"));
        Assert.Equal(bundle, SuiteRun.Text(state, "bundle"));
        Assert.Equal(suite.Rootfs, SuiteRun.Text(state, "rootfs"));
        Assert.Equal("value", SuiteRun.Text(state["annotations"]!, "org.example.key"));
        int pid = state["pid"]!.GetValue<int>();
        Assert.True(Directory.Exists($"/proc/{pid}"));
        Assert.Equal(pid.ToString(), await File.ReadAllTextAsync(pidFile));
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Create_WhenPathsAreRelative_ThenTheyAreFromWhereItIsCalled()
    {
        string id = suite.NewId();
        suite.Bundle(id, _ => { }, "/bin/sleep", "1000");

        Command create = await Command.RunAsync(
            "/bin/sh", "-c", "cd \"$0\" && exec \"$@\" > /dev/null 2>&1 < /dev/null", suite.Work,
            Repository.Shimctl, "--root", "state", "create", "--pid-file", id + ".pid", "--bundle", "bundle-" + id, id);

        create.Expect();
        Assert.Equal(
            (await suite.StateAsync(id))["pid"]!.GetValue<int>().ToString(),
            await File.ReadAllTextAsync(suite.In(id + ".pid")));
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Create_WhenTheIdIsInUse_ThenItFailsAndTheFirstIsAsItWas()
    {
        string id = await suite.CreateAsync();
        string before = (await suite.RunAsync("state", id)).Output;

        Command second = await suite.RunAsync("create", "--bundle", suite.In("bundle-" + id), id);

        Assert.Equal(1, second.Status);
        Assert.Contains("container with given ID already exists", second.Errors, StringComparison.Ordinal);
        Assert.Equal(before, (await suite.RunAsync("state", id)).Output);
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Create_WhenTheConfigChangesAfterwards_ThenItHasNoEffect()
    {
        string id = suite.NewId();
        string shared = Directory.CreateDirectory(suite.In(id + "-out")).FullName;
        string bundle = suite.Bundle(id, spec => Share(spec, shared), "/bin/sh", "-c", "hostname > /tmp/name; sleep 1000");
        (await suite.DetachAsync("create", "--bundle", bundle, id)).Expect();
        suite.Bundle(id, spec => Rename(spec, shared), "/bin/false");

        (await suite.RunAsync("start", id)).Expect();

        await Eventually.BecomesAsync(
            "suite\n", () => File.Exists(shared + "/name") ? File.ReadAllText(shared + "/name") : "", "the program's output");
        Assert.Equal(
            "suite\n", (await suite.RunAsync("exec", id, "sh", "-c", "echo $NEW; hostname")).Expect().Output.TrimStart('\n'));
        await suite.DeleteAsync(id);
    }

    [Theory]
    [InlineData("""{ "ociVersion": "2.0.0" }""", "ociVersion")]
    [InlineData("""{ "ociVersion": "not a version" }""", "ociVersion")]
    [InlineData("{", "config.json")]
    public async Task Create_WhenTheConfigIsNone_ThenItFailsAndLeavesNothing(string config, string words)
    {
        string id = suite.NewId();
        string bundle = suite.Bundle(id, _ => { }, "/bin/true");
        await File.WriteAllTextAsync(Path.Combine(bundle, "config.json"), config);

        Command create = await suite.RunAsync("create", "--bundle", bundle, id);

        Assert.Equal(1, create.Status);
        Assert.Contains(words, create.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(suite.Root, id)));
    }

    [Fact]
    public async Task Create_WhenPropertiesAndAnnotationsAreUnknown_ThenTheyAreIgnored()
    {
        string id = await suite.CreateAsync(spec =>
        {
            spec["unknown"] = new JsonObject { ["key"] = 3 };
            spec["annotations"] = new JsonObject { ["org.example.unknown"] = "" };
        });

        (await suite.RunAsync("start", id)).Expect();
        Assert.Equal("running", SuiteRun.Text(await suite.StateAsync(id), "status"));
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Create_WhenThePidFileCannotBeWritten_ThenItFailsAndLeavesNothing()
    {
        string id = suite.NewId();
        string bundle = suite.Bundle(id, _ => { }, "/bin/sleep", "1000");

        Command create = await suite.DetachAsync("create", "--pid-file", "/nonexistent/pid", "--bundle", bundle, id);

        Assert.Equal(1, create.Status);
        Assert.Contains("/nonexistent", create.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(suite.Root, id)));
    }

    [Theory]
    [InlineData("create")]
    [InlineData("run")]
    public async Task Create_WhenTheRootIsToBeMoved_ThenItRunsTheSame(string verb)
    {
        string id = suite.NewId();
        string bundle = suite.Bundle(id, _ => { }, "/bin/sleep", "1000");
        string[] detach = verb == "run" ? ["-d"] : [];

        (await suite.DetachAsync([verb, "--no-pivot", "--no-new-keyring", .. detach, "--bundle", bundle, id])).Expect();

        if (verb == "create")
        {
            (await suite.RunAsync("start", id)).Expect();
        }

        Assert.Contains("bin", (await suite.RunAsync("exec", id, "ls", "/")).Expect().Output, StringComparison.Ordinal);
        await suite.DeleteAsync(id);
    }

    private static void Share(JsonObject spec, string directory) => spec["mounts"]!.AsArray().Add(new JsonObject
    {
        ["destination"] = "/tmp", ["type"] = "bind", ["source"] = directory, ["options"] = new JsonArray("bind"),
    });

    private static void Rename(JsonObject spec, string directory)
    {
        Share(spec, directory);
        spec["hostname"] = "changed";
        spec["process"]!["env"]!.AsArray().Add("NEW=changed");
    }
}
