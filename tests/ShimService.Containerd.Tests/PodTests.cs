using System.Globalization;
using ShimService.Containerd.Tests.Cri;

namespace ShimService.Containerd.Tests;

/// <summary>Pods over CRI, as a kubelet has them run.</summary>
public sealed class PodTests
{
    private const int Exited = 2;

    [Theory, On(Release.Bookworm), On(Release.Trixie), On(Release.Sid)]
    public Task Pod_WhenItHasAPauseContainer_ThenOneShimRunsItAllAndNothingIsLeft(Release release) =>
        RunAsync(release, new Kubernetes(""));

    [Theory, On(Release.Sid)]
    public Task Pod_WhenTheShimIsTheSandboxer_ThenThereIsNoPauseProcessAndNothingIsLeft(Release release) =>
        RunAsync(release, new Kubernetes("shim"));

    private static async Task RunAsync(Release release, Kubernetes kubernetes)
    {
        await using ContainerdDaemon daemon = await ContainerdDaemon.StartAsync(release, kubernetes);
        await using CriClient cri = await CriClient.OpenAsync(daemon);
        PodSandboxConfig pod = cri.Pod("pod");

        string podId = await cri.RunPodAsync(pod);
        string first = await cri.RunContainerAsync(
            podId, pod, "first", "sh", "-c", "trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done");
        string second = await cri.RunContainerAsync(podId, pod, "second", "sh", "-c", "echo bye >&2; exit 6");
        await Eventually.BecomesAsync(
            Exited, async () => (await cri.StatusAsync(second)).State, "the second container");
        ExecSyncResponse exec = await cri.ExecAsync(first, "sh", "-c", "echo in; hostname >&2; exit 3");
        ContainerStats stats = await cri.StatsAsync(first);
        KeyValuePair<int, string> shim = Assert.Single(daemon.Shims());
        string[] children = Children(shim.Key);
        await cri.StopContainerAsync(first);
        ContainerStatus ended = await cri.StatusAsync(first);
        int secondCode = (await cri.StatusAsync(second)).ExitCode;
        await cri.RemoveContainerAsync(first);
        await cri.RemoveContainerAsync(second);
        await cri.StopPodAsync(podId);
        await cri.RemovePodAsync(podId);

        Assert.Equal(podId, shim.Value);
        Assert.Equal(kubernetes.Sandboxer == "shim" ? ["sh"] : ["sh", "sleep"], children.Order());
        Assert.Equal(("in\n", "pod\n", 3), (exec.Stdout.ToStringUtf8(), exec.Stderr.ToStringUtf8(), exec.ExitCode));
        Assert.InRange(stats.Memory.WorkingSetBytes.Value, 1UL, ulong.MaxValue);
        Assert.Equal((Exited, 5, 6), (ended.State, ended.ExitCode, secondCode));
        Assert.EndsWith(" stdout F ready\n", await File.ReadAllTextAsync(Path.Combine(cri.Logs, "first")),
            StringComparison.Ordinal);
        Assert.EndsWith(" stderr F bye\n", await File.ReadAllTextAsync(Path.Combine(cri.Logs, "second")),
            StringComparison.Ordinal);
    }

    /// <summary>Names of the processes that a shim is the parent of.</summary>
    private static string[] Children(int shim) =>
    [
        .. Directory.GetDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{shim}/task"))
            .SelectMany(thread => Read(Path.Combine(thread, "children"))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(pid => Read($"/proc/{pid}/comm").Trim()),
    ];

    /// <summary>Empty when the thread has ended meanwhile.</summary>
    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
