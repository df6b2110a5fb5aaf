using System.Diagnostics;
using System.Globalization;

namespace ShimService.Containerd.Tests.Harness;

/// <summary>
/// A real containerd on a private socket, root and state below one temporary directory, with a busybox image in it.
/// Its namespace is unique, so that control groups and sockets can be told from everybody else's.
/// </summary>
internal sealed partial class ContainerdDaemon : IAsyncDisposable
{
    public const string Image = "docker.io/library/busybox:latest";
    public const string Runtime = "io.containerd.shimservice.v2";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static int s_last;

    private readonly Release _release;
    private readonly Kubernetes? _kubernetes;
    private int _lastId;
    private Process? _process;

    private ContainerdDaemon(Release release, Kubernetes? kubernetes)
    {
        _release = release;
        _kubernetes = kubernetes;
        Work = Directory.CreateTempSubdirectory("shimservice-ctr.").FullName;
        CgroupParent = string.Create(
            CultureInfo.InvariantCulture, $"shimservice-{Environment.ProcessId}-{Interlocked.Increment(ref s_last)}");
        Namespace = kubernetes is null ? CgroupParent : Kubernetes.Namespace;
    }

    public string Work { get; }

    public string Namespace { get; }

    /// <summary>
    /// Below the hierarchies' roots, where containers of this daemon are; the namespace, where ctr asks.
    /// </summary>
    public string CgroupParent { get; }

    public string Socket => Path.Combine(Work, "containerd.sock");

    public string Log => Path.Combine(Work, "log");

    public string Ctr => Debian.Program(_release, "ctr");

    /// <summary>Major and minor version, to name what a release does differently.</summary>
    public Version Version { get; private set; } = new();

    /// <summary>The shim is the published one, found along PATH as an operator would have it.</summary>
    /// <param name="release">Whose containerd.</param>
    /// <param name="kubernetes">Set up for pods; null = without its CRI plugin.</param>
    public static async Task<ContainerdDaemon> StartAsync(Release release, Kubernetes? kubernetes = null)
    {
        string shim = Path.Combine(Repository.Binaries, "containerd-shim-shimservice-v2");
        if (!File.Exists(shim))
        {
            throw new InvalidOperationException(
                $"no published binaries in {Repository.Binaries}: deploy/publish.sh makes them");
        }

        var daemon = new ContainerdDaemon(release, kubernetes);
        Command version = (await Command.RunAsync(Debian.Program(release, "containerd"), "--version")).Expect();
        string number = version.Output.Split(' ')[2].TrimStart('v');
        daemon.Version = Version.Parse(string.Join('.', number.Split('.', '~', '+', '-').Take(2)));
        Directory.CreateDirectory(Path.Combine(daemon.Work, "bin"));
        File.CreateSymbolicLink(Path.Combine(daemon.Work, "bin", Path.GetFileName(shim)), shim);
        await File.WriteAllTextAsync(Path.Combine(daemon.Work, "config.toml"), daemon.Configuration());
        await daemon.StartAgainAsync();
        await daemon.ImportAsync(Image);
        if (kubernetes is not null)
        {
            await daemon.ImportAsync(Kubernetes.PauseImage, "/bin/sleep", "1000000");
        }

        return daemon;
    }

    /// <summary>Starts the process, on the same directories, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        string programs = Path.GetDirectoryName(Debian.Program(_release, "containerd"))!;
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" --config \"$1\" >> \"$2\" 2>&1",
            Path.Combine(programs, "containerd"), Path.Combine(Work, "config.toml"), Log]);
        start.Environment["PATH"] = $"{Work}/bin:{programs}:/usr/sbin:/usr/bin:/sbin:/bin";
        _process = Process.Start(start)!;
        await Eventually.BecomesAsync(
            0,
            async () => _process.HasExited
                ? throw new InvalidOperationException($"containerd ended with {_process.ExitCode}: {Tail()}")
                : (await CtrAsync("version")).Status,
            "containerd answers",
            StartLimit);
    }

    /// <summary>kill -9: what a crash or the kernel's memory killer does.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>A signal to containerd by its name: STOP makes it a daemon that hangs.</summary>
    public async Task SignalAsync(string signal) => (await Command.RunAsync(
        "/bin/kill", "-" + signal, _process!.Id.ToString(CultureInfo.InvariantCulture))).Expect();

    /// <summary>Fills the fifo that the shim of that task logs to, up to what it takes without a reader.</summary>
    public void FillLog(string id)
    {
        // dd ends with an error when the fifo is full.
        Command fill = Command.RunAsync(
            "dd", "if=/dev/zero", "of=" + Path.Combine(Bundle(id), "log"), "oflag=nonblock", "bs=4096").Result;
        Assert.Contains("Resource temporarily unavailable", fill.Errors, StringComparison.Ordinal);
    }

    /// <summary>The last lines of containerd's log, to say what went wrong.</summary>
    public string Tail() => File.Exists(Log) ? string.Join('\n', File.ReadLines(Log).TakeLast(20)) : "";

    /// <summary>An id that no test before used.</summary>
    public string NewId(string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}-{Interlocked.Increment(ref _lastId)}");

    /// <summary>The directory containerd made for that task.</summary>
    public string Bundle(string id) =>
        Path.Combine(Work, "state", "io.containerd.runtime.v2.task", Namespace, id);

    private string Configuration() => $"""
        version = 2
        root = "{Work}/root"
        state = "{Work}/state"
        # 0: a host may forbid to lower it.
        oom_score = 0
        disabled_plugins = [
          {(_kubernetes is null ? Kubernetes.Plugins : "")}
          "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
          "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
          "io.containerd.snapshotter.v1.blockfile", "io.containerd.snapshotter.v1.erofs",
          "io.containerd.internal.v1.opt", "io.containerd.nri.v1.nri",
          "io.containerd.tracing.processor.v1.otlp", "io.containerd.internal.v1.tracing",
        ]
        [grpc]
          address = "{Socket}"
        [ttrpc]
          address = "{Socket}.ttrpc"
        {_kubernetes?.Configuration(Work)}
        """;

    private async Task ImportAsync(string name, params string[] program)
    {
        string rootfs = Path.Combine(Work, "rootfs");
        string archive = Path.Combine(Work, program.Length == 0 ? "busybox.tar" : "pause.tar");
        (await Command.RunAsync(Repository.In("tests/lib/rootfs.sh"), rootfs)).Expect();
        (await Command.RunAsync(Repository.In("tests/lib/image.sh"), [rootfs, name, archive, .. program])).Expect();
        (await CtrAsync("image", "import", archive)).Expect();
    }
}
