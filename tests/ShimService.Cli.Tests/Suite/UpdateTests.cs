namespace ShimService.Cli.Tests.Suite;

public sealed class UpdateTests(SuiteRun suite) : IClassFixture<SuiteRun>
{
    [Fact]
    public async Task Update_WhenLimitsAreTyped_ThenTheyHoldAndTheOthersStay()
    {
        string id = await suite.StartAsync();

        (await suite.RunAsync("update", id, "--memory", "50M", "--cpu-period", "50000", "--cpu-quota", "20000")).Expect();

        Assert.Equal("52428800", Memory(id));
        Assert.Equal("100", Pids(id));
        Assert.Contains("20000", CgroupFile.Read(id, "cpu", "cpu.cfs_quota_us", "cpu.max"), StringComparison.Ordinal);
        (await suite.RunAsync("update", "--pids-limit", "10", id)).Expect();
        Assert.Equal(("52428800", "10"), (Memory(id), Pids(id)));
        (await suite.RunAsync("update", id, "--pids-limit", "-1")).Expect();
        Assert.Equal("max", Pids(id));
        await suite.DeleteAsync(id);
    }

    [Theory]
    [InlineData("-r")]
    [InlineData("--resources")]
    public async Task Update_WhenResourcesAreAFile_ThenNoOtherOptionCounts(string option)
    {
        string id = await suite.StartAsync();
        string file = suite.In(id + ".json");
        await File.WriteAllTextAsync(file, """{ "memory": { "limit": 33554432 }, "pids": { "limit": 20 } }""");

        (await suite.RunAsync("update", option, file, "--pids-limit", "30", id)).Expect();

        Assert.Equal(("33554432", "20"), (Memory(id), Pids(id)));
        await suite.DeleteAsync(id);
    }

    [Fact]
    public async Task Update_WhenResourcesAreOnStandardInput_ThenTheyAreRead()
    {
        string id = await suite.StartAsync();

        Command update = await Command.RunAsync(
            Repository.Shimctl,
            ["--root", suite.Root, "update", "-r", "-", id],
            """{ "pids": { "limit": 7 } }""",
            Command.Limit);

        update.Expect();
        Assert.Equal("7", Pids(id));
        await suite.DeleteAsync(id);
    }

    [Theory]
    [InlineData("--memory", "lots", "--memory lots")]
    [InlineData("--l3-cache-schema", "L3:0=f", "not supported")]
    [InlineData("-r", "/nonexistent", "/nonexistent")]
    public async Task Update_WhenItCannotBe_ThenItSaysWhyAndNothingChanges(string option, string value, string words)
    {
        string id = await suite.StartAsync();

        Command update = await suite.RunAsync("update", option, value, "--pids-limit", "3", id);

        Assert.Equal(1, update.Status);
        Assert.Contains(words, update.Errors, StringComparison.Ordinal);
        Assert.Equal("100", Pids(id));
        await suite.DeleteAsync(id);
    }

    private static string Memory(string id) => CgroupFile.Read(id, "memory", "memory.limit_in_bytes", "memory.max");

    private static string Pids(string id) => CgroupFile.Read(id, "pids", "pids.max");
}
