using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests;

/// <summary>Named volumes, and who may remove them when.</summary>
[Collection(ShimdCollection.Name)]
public class VolumeTests(ShimdFixture fixture)
{
    private IndependentClient Client => fixture.Client(ClientKind.Node);

    private Shimd Daemon => fixture.Daemon;

    [Fact]
    public async Task Volume_WhenMadeByHand_ThenListedShownAndRemoved()
    {
        string name = "v" + fixture.NewId();

        Assert.Equal(name + "\n", (await Daemon.ShimctlAsync("volume", "create", "--label", "a=b", name)).Expect().Output);
        Assert.Equal(name + "\n", (await Daemon.ShimctlAsync("volume", "create", name)).Expect().Output);
        JsonNode shown = JsonNode.Parse((await Daemon.ShimctlAsync("volume", "inspect", name)).Expect().Output)!;
        Assert.Equal(
            (Path.Combine(Daemon.Root, "volumes", name, "_data"), "b"),
            (shown["path"]!.GetValue<string>(), shown["labels"]!["a"]!.GetValue<string>()));
        Assert.Contains(name, Lines((await Daemon.ShimctlAsync("volume", "ls", "-q")).Expect().Output));

        (await Daemon.ShimctlAsync("volume", "rm", name)).Expect();

        Assert.DoesNotContain(name, Lines((await Daemon.ShimctlAsync("volume", "ls", "-q")).Expect().Output));
        Assert.False(Directory.Exists(Path.Combine(Daemon.Root, "volumes", name)));
        Assert.Contains("there is no volume", (await Daemon.ShimctlAsync("volume", "rm", name)).Errors);
        Assert.Contains("no name of a volume", (await Daemon.ShimctlAsync("volume", "create", "../x")).Errors);
        Assert.Contains("there is no volume", (await Daemon.ShimctlAsync("volume", "rm", "../tasks")).Errors);
    }

    [Fact]
    public async Task Remove_WhenAContainerHasIt_ThenRefusedUntilThatIsDeleted()
    {
        string name = "v" + fixture.NewId();
        string id = fixture.NewId();
        (await Daemon.ShimctlAsync(
            "run", "--name", id, "--rootfs", Daemon.Rootfs, "-v", name + ":/tmp", "sh", "-c", "echo kept > /tmp/x")).Expect();

        Command refused = await Daemon.ShimctlAsync("volume", "rm", name);
        JsonNode shown = JsonNode.Parse((await Daemon.ShimctlAsync("volume", "inspect", name)).Expect().Output)!;
        (await Daemon.ShimctlAsync("rm", "-v", id)).Expect();

        Assert.Contains($"in use by {id}", refused.Errors);
        Assert.Equal(id, shown["containerIds"]![0]!.GetValue<string>());
        Assert.True(File.Exists(Path.Combine(Daemon.Root, "volumes", name, "_data", "x")));
        (await Daemon.ShimctlAsync("volume", "rm", name)).Expect();
        Assert.False(Directory.Exists(Path.Combine(Daemon.Root, "volumes", name)));
    }

    [Fact]
    public async Task Run_WhenAPlaceInsideAVolumeIsMounted_ThenNoLinkLeadsOutOfIt()
    {
        string name = "v" + fixture.NewId();
        await fixture.RunAsync(
            Client, "mkdir -p /tmp/a/b; echo inner > /tmp/a/b/x; ln -s / /tmp/root; ln -s ../../../../.. /tmp/a/up; touch /tmp/file",
            $$"""{"volumes":["{{name}}:/tmp"]}""");

        (_, string inner) = await fixture.RunAsync(Client, "ls /tmp", Mount(name, "a/b"));
        (_, string root) = await fixture.RunAsync(Client, "ls /tmp", Mount(name, "root"));
        (_, string up) = await fixture.RunAsync(Client, "ls /tmp", Mount(name, "a/up"));

        // From a container's root one sees the volume's, never the host's.
        Assert.Equal(("x\n", "a\nfile\nroot\n", "a\nfile\nroot\n"), (inner, root, up));
        foreach ((string place, string words) in ((string, string)[])
            [("none", "not in the volume"), ("file", "no directory"), ("../..", "without")])
        {
            string id = fixture.NewId();
            ClientException error = await Assert.ThrowsAsync<ClientException>(
                () => Client.CallAsync("Create", fixture.Shell(id, "true", Mount(name, place))));
            Assert.Contains(words, error.Message);
            Assert.Equal("", Traces.Of(Daemon, id));
        }

        Assert.DoesNotContain(Daemon.State + "/tasks", await File.ReadAllTextAsync("/proc/self/mountinfo"));
        Assert.True(File.Exists(Path.Combine(Daemon.Root, "volumes", name, "_data", "a", "b", "x")));
        (await Daemon.ShimctlAsync("volume", "rm", name)).Expect();
    }

    private static string Mount(string volume, string place) =>
        $$"""{"mounts":[{"type":"volume","source":"{{volume}}","destination":"/tmp","subpath":"{{place}}"}]}""";

    private static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
