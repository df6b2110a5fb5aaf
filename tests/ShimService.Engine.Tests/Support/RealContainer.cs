using ShimService.Engine.Compile;
using ShimService.Engine.Containers;
using ShimService.Engine.Stdio;
using ShimService.Oci.Build;
using ShimService.Oci.Model;
using ShimService.Oci.Write;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Tests.Support;

/// <summary>A container of the ordinary kind, as the config builder makes it, on the busybox root.</summary>
internal sealed class RealContainer : IDisposable
{
    public static readonly List<string> Warnings = [];

    internal static readonly LinuxEngine Ordinary = LinuxEngine.Open(
        new PlanCompiler(), new StdioOptions(), new EngineOptions { OnWarning = Warnings.Add });

    private readonly string _bundle = Directory.CreateTempSubdirectory("shimservice-real-").FullName;

    public RealContainer(Func<Spec, Spec>? change, params string[] args)
    {
        Id = $"real-{Guid.NewGuid():N}"[..20];
        var spec = SpecBuilder.Build(
            new ContainerConfig { Id = Id, Rootfs = new RootfsConfig(BusyboxRoot.Path), Args = args }, new TestBuildHost());
        spec = change?.Invoke(spec) ?? spec;
        File.WriteAllBytes(Path.Join(_bundle, "config.json"), SpecWriter.Write(spec));
    }

    /// <summary>The one with the limits that hold where nothing is said.</summary>
    public LinuxEngine Engine { get; init; } = Ordinary;

    public string Id { get; }

    public string Log => Path.Join(_bundle, "log");

    public Observer Observer { get; } = new();

    public string Bundle => _bundle;

    public IReadOnlyList<RootfsMount> Rootfs { get; init; } = [];

    public StreamOptions Streams { get; init; } = StreamOptions.Default;

    public SessionKeyring Keyring { get; init; }

    public RootChange Root { get; init; }

    /// <summary>null = stdout and stderr to <see cref="Log"/>.</summary>
    public StdioRequest? Stdio { get; init; }

    public IContainer Container { get; private set; } = null!;

    public async Task CreateAsync(bool terminal = false) => Container = await Engine.CreateAsync(
        new ContainerRequest(ContainerId.Parse(Id, "id"), _bundle, Rootfs,
            Stdio ?? new StdioRequest("", "file://" + Log, terminal ? "" : "file://" + Log, terminal))
        {
            Streams = Streams,
            Keyring = Keyring,
            Root = Root,
        },
        Observer, CancellationToken.None);

    /// <summary>Runs it to its end; answers the status and what it wrote.</summary>
    public async Task<(int Status, string Output)> RunAsync(bool terminal = false)
    {
        await CreateAsync(terminal);
        await Container.StartAsync(CancellationToken.None);
        var exit = await Container.Init.Exited;
        await Container.Init.Stdio.Drained;
        await Container.Init.Stdio.CloseAsync();
        await Container.DeleteAsync();
        return (exit.Status, File.Exists(Log) ? await File.ReadAllTextAsync(Log) : "");
    }

    /// <summary>Waits for what gives no notice of itself.</summary>
    public static async Task UntilAsync(Func<bool> reached)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!reached())
        {
            await Task.Delay(5, limit.Token);
        }
    }

    /// <summary>What a test that failed has left running goes too.</summary>
    public void Dispose()
    {
        if (Container is not null && Host.Cgroups(Id).Any())
        {
            Container.KillAll(ShimService.Tasks.Values.Signal.Kill);
            Container.DeleteAsync().Wait(TimeSpan.FromSeconds(5));
        }

        Directory.Delete(_bundle, recursive: true);
    }
}
