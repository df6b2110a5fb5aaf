using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Tests.Launching;

/// <summary>The session keyring of a container, as its processes see it.</summary>
[Collection(EngineCollection.Name)]
public sealed class KeyringTests(SharedEngine shared)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Exec_WhenTheContainerHasItsOwnKeyring_ThenItIsTheInits(bool newUserNamespace)
    {
        Assert.NotNull(shared);
        using var container = new RealContainer(
            spec => Visible(
                newUserNamespace ? InUserNamespace(spec) : spec), "sh", "-c", "cat /proc/keys; echo done; sleep 100");
        var (init, exec) = await RunBothAsync(container);

        var own = Assert.Single(init);
        Assert.Contains($" _ses.{container.Id}:", own, StringComparison.Ordinal);
        Assert.Equal(Serial(own), Serial(Assert.Single(exec)));
    }

    [Fact]
    public async Task Exec_WhenTheKeyringIsInherited_ThenNoneIsMade()
    {
        using var container = new RealContainer(Visible, "sh", "-c", "cat /proc/keys; echo done; sleep 100")
        {
            Keyring = SessionKeyring.Inherited,
        };
        var (init, exec) = await RunBothAsync(container);

        Assert.Empty(init);
        Assert.Empty(exec);
    }

    [Fact]
    public async Task Create_WhenOthersHaveKeyrings_ThenEachHasItsOwn()
    {
        using var one = new RealContainer(Visible, "sh", "-c", "cat /proc/keys; echo done; sleep 100");
        using var two = new RealContainer(Visible, "sh", "-c", "cat /proc/keys; echo done; sleep 100");
        var first = Assert.Single((await RunBothAsync(one)).Init);
        var second = Assert.Single((await RunBothAsync(two)).Init);

        Assert.NotEqual(Serial(first), Serial(second));
    }

    private static async Task<(string[] Init, string[] Exec)> RunBothAsync(RealContainer container)
    {
        await container.CreateAsync().WaitAsync(Limit);
        await container.Container.StartAsync(CancellationToken.None).WaitAsync(Limit);
        var output = container.Log + ".exec";
        var process = await container.Container.ExecAsync(
            new ExecRequest(ExecId.Parse("e", "exec_id"), Bundle.Process("/bin/cat", "/proc/keys"),
                new StdioRequest("", "file://" + output, "", false)), CancellationToken.None).WaitAsync(Limit);
        await process.Exited.WaitAsync(Limit);
        await process.Stdio.Drained.WaitAsync(Limit);
        await process.Stdio.CloseAsync();
        // An exec may be over before the init has got that far.
        await RealContainer.UntilAsync(
            () => File.ReadAllText(container.Log).Contains("done\n", StringComparison.Ordinal));
        container.Container.KillAll(Signal.Kill);
        await container.Container.Init.Exited.WaitAsync(Limit);
        await container.Container.Init.Stdio.Drained.WaitAsync(Limit);
        await container.Container.Init.Stdio.CloseAsync();
        await container.Container.DeleteAsync().WaitAsync(Limit);
        return (Own(container, container.Log), Own(container, output));
    }

    // Of all that root can see there, the rings of this container.
    private static string[] Own(RealContainer container, string file) =>
        [.. File.ReadAllLines(file).Where(line => line.Contains($"_ses.{container.Id}", StringComparison.Ordinal))];

    private static string Serial(string line) => line[..line.IndexOf(' ', StringComparison.Ordinal)];

    private static Spec Visible(Spec spec) => spec with { Linux = spec.Linux with { MaskedPaths = [] } };

    private static Spec InUserNamespace(Spec spec) => spec with
    {
        Linux = spec.Linux with
        {
            Namespaces = [.. spec.Linux.Namespaces, new LinuxNamespace(LinuxNamespaceKind.User)],
            UidMappings = [new LinuxIdMapping(0, 100000, 65536)],
            GidMappings = [new LinuxIdMapping(0, 100000, 65536)],
            Sysctl = new Dictionary<string, string>(),
        },
    };
}
