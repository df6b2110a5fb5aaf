using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ShimService.EndToEnd.Tests.Harness;

/// <summary>A published shimd of our own: private socket, state and root below one temporary directory.</summary>
internal sealed class Shimd : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);

    private readonly HashSet<int> _shims = [];
    private Process? _process;

    private Shimd(string directory) => Work = directory;

    public string Work { get; }

    public string Socket => Path.Combine(Work, "shimd.sock");

    public string State => Path.Combine(Work, "state");

    public string Root => Path.Combine(Work, "root");

    public string Rootfs => Path.Combine(Work, "rootfs");

    /// <summary>The OCI runtimes it offers beside its own engine.</summary>
    public IReadOnlyDictionary<string, string> Engines { get; private set; } = new Dictionary<string, string>();

    public static async Task<Shimd> StartAsync()
    {
        if (!File.Exists(Repository.Shimctl))
        {
            throw new InvalidOperationException(
                $"no published binaries in {Repository.Binaries}: deploy/publish.sh makes them");
        }

        var daemon = new Shimd(Directory.CreateTempSubdirectory("shimservice-e2e.").FullName);
        (await Command.RunAsync(Repository.In("tests/lib/rootfs.sh"), daemon.Rootfs)).Expect();
        daemon.Engines = Harness.Engines.Prepare(daemon.Work);
        await daemon.StartAgainAsync();
        return daemon;
    }

    /// <summary>Starts the process, on the same directories, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        _process = Command.Start(
            Path.Combine(Repository.Binaries, "shimd"),
            [
                "--socket", Socket, "--state", State, "--root", Root,
                .. Engines.Values.SelectMany(engine => new[] { "--engine", engine }),
            ]);
        _process.ErrorDataReceived += (_, _) => { };
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        await Eventually.BecomesAsync(
            0,
            async () => _process.HasExited
                ? throw new InvalidOperationException($"shimd ended with {_process.ExitCode}")
                : (await ShimctlAsync("version")).Status,
            "shimd answers",
            StartLimit);
    }

    public Task<Command> ShimctlAsync(params string[] arguments) =>
        Command.RunAsync(Repository.Shimctl, ["--socket", Socket, .. arguments]);

    /// <summary>kill -9: what a crash or the kernel's memory killer does.</summary>
    public async Task KillAsync()
    {
        await RememberShimsAsync();
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Pids of the shims that this daemon has now.</summary>
    public async Task<IReadOnlySet<int>> RememberShimsAsync()
    {
        Command info = await ShimctlAsync("--json", "info");
        if (info.Status == 0 && JsonNode.Parse(info.Output)?["shims"] is JsonArray shims)
        {
            foreach (JsonNode? shim in shims)
            {
                _shims.Add(shim!["pid"]!.GetValue<int>());
            }
        }

        return _shims;
    }

    /// <summary>Ends containers, daemon and shims, and takes the directory away.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            Command list = await ShimctlAsync("list", "-q");
            foreach (string id in list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                await ShimctlAsync("delete", "--force", id);
            }

            await RememberShimsAsync();
            await Command.RunAsync("kill", _process.Id.ToString(CultureInfo.InvariantCulture));
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        foreach (int shim in _shims.Where(IsOurShim))
        {
            await Command.RunAsync("kill", shim.ToString(CultureInfo.InvariantCulture));
        }

        await Eventually.BecomesAsync(
            "", () =>
                string.Join(' ', _shims.Where(IsOurShim)), "shims that are still there", TimeSpan.FromSeconds(20));
        Directory.Delete(Work, recursive: true);
    }

    private static bool IsOurShim(int pid)
    {
        try
        {
            return File.ReadAllText(
                $"/proc/{pid}/cmdline").Contains("containerd-shim-shimservice", StringComparison.Ordinal);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            return false;
        }
    }
}
