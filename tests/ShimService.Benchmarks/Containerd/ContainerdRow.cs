using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace ShimService.Benchmarks.Containerd;

/// <summary>One runtime under containerd, and what was measured of it.</summary>
internal sealed class ContainerdRow(ContainerdClient client, string name, string bundle, string work)
{
    private const int Idle = 5;
    private const int Megabytes = 2048;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(4);

    private readonly JsonObject _spec =
        JsonNode.Parse(File.ReadAllBytes(Path.Combine(bundle, "config.json")))!.AsObject();

    public string Name => name;

    public Measurements Cycle { get; } = new();

    public Measurements Exec { get; } = new();

    /// <summary>Megabytes a second.</summary>
    public Measurements Output { get; } = new();

    public ShimMemory Memory { get; private set; }

    /// <summary>create, start, kill, wait and delete of one container.</summary>
    public async Task CycleAsync(string id, bool counts, CancellationToken cancel)
    {
        byte[] spec = Spec(id, "/bin/sleep", "1000");
        long began = Stopwatch.GetTimestamp();
        await client.RunAsync(id, spec, stdout: "", cancel);
        await client.KillAsync(id, cancel);
        await client.EndAsync(id, cancel);
        if (counts)
        {
            Cycle.Add((long)Stopwatch.GetElapsedTime(began).TotalNanoseconds);
        }
    }

    public Task StartIdleAsync(string id, CancellationToken cancel) =>
        client.RunAsync(id, Spec(id, "/bin/sleep", "1000000"), stdout: "", cancel);

    public async Task EndIdleAsync(string id, CancellationToken cancel)
    {
        await client.KillAsync(id, cancel);
        await client.EndAsync(id, cancel);
    }

    public async Task ExecAsync(string id, string execId, bool counts, CancellationToken cancel)
    {
        JsonNode process = _spec["process"]!.DeepClone();
        process["args"] = new JsonArray("/bin/true");
        byte[] text = Encoding.UTF8.GetBytes(process.ToJsonString());
        long began = Stopwatch.GetTimestamp();
        await client.ExecAsync(id, execId, text, cancel);
        if (counts)
        {
            Exec.Add((long)Stopwatch.GetElapsedTime(began).TotalNanoseconds);
        }
    }

    /// <summary>Two gigabytes of zeros through the shim into a fifo that this process reads.</summary>
    public async Task OutputAsync(string id, CancellationToken cancel)
    {
        string fifo = OutputReader.Fifo(Path.Combine(work, id));
        Task<double> reading = OutputReader.ReadAsync(fifo, (long)Megabytes << 20);
        await client.RunAsync(
            id, Spec(id, "/bin/dd", "if=/dev/zero", "bs=1M", $"count={Megabytes}", "status=none"), fifo, cancel);
        Output.Add((long)await reading);
        await client.EndAsync(id, cancel);
        File.Delete(fifo);
    }

    /// <summary>Medians of a few pods of one container each that have been idle for some seconds.</summary>
    public async Task MeasureMemoryAsync(string prefix, CancellationToken cancel)
    {
        string[] ids = [.. Enumerable.Range(0, Idle).Select(number => $"{prefix}-{number}")];
        foreach (string id in ids)
        {
            await StartIdleAsync(id, cancel);
        }

        await Task.Delay(Settle, cancel);
        var rss = new Measurements();
        var pss = new Measurements();
        foreach (string id in ids)
        {
            ShimMemory one = ShimMemory.Of(ShimOf(id));
            rss.Add(one.Rss);
            pss.Add(one.Pss);
        }

        Memory = new ShimMemory((long)rss.Median, (long)pss.Median);
        foreach (string id in ids)
        {
            await EndIdleAsync(id, cancel);
        }
    }

    private byte[] Spec(string id, params string[] args)
    {
        _spec["root"]!["path"] = "rootfs";
        _spec["process"]!["args"] = new JsonArray([.. args.Select(word => JsonValue.Create(word))]);
        _spec["linux"]!["cgroupsPath"] = $"/shimservice-bench/{id}";
        return Encoding.UTF8.GetBytes(_spec.ToJsonString());
    }

    private static int ShimOf(string id) => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), out int pid) ? pid : 0)
        .First(pid => pid > 0 && IsShimOf(pid, id));

    private static bool IsShimOf(int pid, string id)
    {
        try
        {
            string[] words = File.ReadAllText($"/proc/{pid}/cmdline").Split('\0');
            return words[0].Contains("containerd-shim-", StringComparison.Ordinal) && words.Contains(id);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
