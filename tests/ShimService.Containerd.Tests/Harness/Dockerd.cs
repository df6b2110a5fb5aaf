using System.Diagnostics;

namespace ShimService.Containerd.Tests.Harness;

/// <summary>dockerd on a private root and socket, without networks, on a containerd of ours.</summary>
internal sealed class Dockerd : IAsyncDisposable
{
    private readonly ContainerdDaemon _containerd;
    private readonly Process _process;

    private Dockerd(ContainerdDaemon containerd, Process process) => (_containerd, _process) = (containerd, process);

    private static string Directory(ContainerdDaemon containerd) => Path.Combine(containerd.Work, "docker");

    private string Socket => Path.Combine(Directory(_containerd), "docker.sock");

    public static async Task<Dockerd> StartAsync(ContainerdDaemon containerd)
    {
        string work = System.IO.Directory.CreateDirectory(Directory(containerd)).FullName;
        Process process = Process.Start("/bin/sh", ["-c", "exec \"$@\" > \"$0\" 2>&1",
            Path.Combine(work, "log"), Debian.Program(Release.Trixie, "dockerd"),
            "--containerd", containerd.Socket, "--containerd-namespace", containerd.Namespace,
            "--containerd-plugins-namespace", containerd.Namespace + "-plugins",
            "--data-root", Path.Combine(work, "root"), "--exec-root", Path.Combine(work, "exec"),
            "--host", "unix://" + Path.Combine(work, "docker.sock"), "--pidfile", Path.Combine(work, "pid"),
            "--iptables=false", "--ip6tables=false", "--bridge=none", "--userland-proxy=false",
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

    public async ValueTask DisposeAsync()
    {
        await Command.RunAsync(
            "/bin/kill", "-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        _process.Dispose();
        // dockerd keeps the host's network namespace mounted when it ends.
        (await Command.RunAsync(
            "umount", Path.Combine(Directory(_containerd), "exec", "netns", "default"))).Expect();
    }
}
