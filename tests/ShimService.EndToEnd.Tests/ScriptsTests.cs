namespace ShimService.EndToEnd.Tests;

/// <summary>The commands of the README as a new user types them.</summary>
public class ScriptsTests
{
    [Fact]
    public async Task Quickstart_WhenRun_ThenAContainerIsShownAndNothingStays()
    {
        Command quickstart = await Command.RunAsync(
            Repository.In("deploy/quickstart.sh"), [], input: "", TimeSpan.FromMinutes(5));

        quickstart.Expect();
        Assert.Contains("hello from pid 1 on hello", quickstart.Output);
        Assert.Contains("\n7\n", quickstart.Output);
        Assert.Matches(@"(?s)/tasks/create.*/tasks/start.*/tasks/exit.*status=7.*/tasks/delete", quickstart.Output);
        Assert.Contains("exit status 3", quickstart.Output);
        Assert.Empty(Directory.GetDirectories("/tmp", "shimservice-quickstart.*"));
    }

    [Fact]
    public async Task Install_WhenGivenAPrefix_ThenTheBinariesAreThereAndRun()
    {
        string prefix = Directory.CreateTempSubdirectory("shimservice-install.").FullName;

        (await Command.RunAsync(Repository.In("deploy/install.sh"), [prefix], input: "", TimeSpan.FromMinutes(5))).Expect();

        Assert.Equal(
            ["containerd-shim-shimservice-v2", "shimctl", "shimd"],
            Directory.GetFiles(Path.Combine(prefix, "bin")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        (await Command.RunAsync(Path.Combine(prefix, "bin", "shimctl"), "--help")).Expect();
        (await Command.RunAsync(Path.Combine(prefix, "bin", "shimd"), "--version")).Expect();
        Directory.Delete(prefix, recursive: true);
    }
}
