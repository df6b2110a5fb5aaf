using System.Diagnostics;

namespace ShimService.Containerd.Tests.Harness;

/// <summary>
/// dockerd on a private root and socket, on a containerd of ours: in the host's network namespace and without networks,
/// or in one of its own with a bridge. It leaves the host's iptables alone: ports are published by its proxy.
/// </summary>
internal sealed class Dockerd : IAsyncDisposable
{
    private readonly ContainerdDaemon _containerd;
    private readonly Process _process;

    private Dockerd(ContainerdDaemon containerd, Process process) => (_containerd, _process) = (containerd, process);

    private static string Directory(ContainerdDaemon containerd) => Path.Combine(containerd.Work, "docker");

    private string Socket => Path.Combine(Directory(_containerd), "docker.sock");

    public static Task<Dockerd> StartAsync(ContainerdDaemon containerd) =>
        StartAsync(containerd, [], "--bridge=none", "--userland-proxy=false");

    public static Task<Dockerd> StartBridgedAsync(ContainerdDaemon containerd) => StartAsync(
        containerd,
        ["unshare", "--net", "/bin/sh", "-c", "busybox ip link set lo up && exec \"$0\" \"$@\""],
        "--bip", "172.30.30.1/24",
        "--userland-proxy-path", Debian.Program(Release.Trixie, "docker-proxy"));

    private static async Task<Dockerd> StartAsync(ContainerdDaemon containerd, string[] prefix, params string[] options)
    {
        string work = System.IO.Directory.CreateDirectory(Directory(containerd)).FullName;
        Process process = Process.Start("/bin/sh", ["-c", "exec \"$@\" > \"$0\" 2>&1",
            Path.Combine(work, "log"), .. prefix, Debian.Program(Release.Trixie, "dockerd"),
            "--containerd", containerd.Socket, "--containerd-namespace", containerd.Namespace,
            "--containerd-plugins-namespace", containerd.Namespace + "-plugins",
            "--data-root", Path.Combine(work, "root"), "--exec-root", Path.Combine(work, "exec"),
            "--host", "unix://" + Path.Combine(work, "docker.sock"), "--pidfile", Path.Combine(work, "pid"),
            "--iptables=false", "--ip6tables=false", .. options,
            "--cgroup-parent", "/" + containerd.Namespace,
            "--config-file", Repository.In("deploy/containerd/daemon.json")]);
        var daemon = new Dockerd(containerd, process);
        await Eventually.BecomesAsync(
            0,
            async () => process.HasExited
                ? throw new InvalidOperationException($"dockerd ended: {File.ReadAllText(Path.Combine(work, "log"))}")
                : (await daemon.DockerAsync("version")).Status,
            "dockerd answers",
            TimeSpan.FromSeconds(30));
        (await daemon.DockerAsync("load", "-i", Path.Combine(containerd.Work, "busybox.tar"))).Expect();
        return daemon;
    }

    public Task<Command> DockerAsync(params string[] arguments) => Command.RunAsync(
        Debian.Program(Release.Trixie, "docker"), ["--host", "unix://" + Socket, .. arguments]);

    /// <summary>A program in the network namespace of dockerd.</summary>
    public Task<Command> BesideAsync(params string[] arguments) => Command.RunAsync("nsenter",
        ["--net", "--target", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), .. arguments]);

    public async ValueTask DisposeAsync()
    {
        await Command.RunAsync(
            "/bin/kill", "-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        _process.Dispose();

        // dockerd keeps the host's network namespace mounted when it ends, once a container has been in it.
        string left = Path.Combine(Directory(_containerd), "exec", "netns", "default");
        if ((await File.ReadAllTextAsync("/proc/self/mountinfo")).Contains($" {left} ", StringComparison.Ordinal))
        {
            (await Command.RunAsync("umount", left)).Expect();
        }
    }
}
