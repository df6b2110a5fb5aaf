namespace ShimService.Containerd.Tests;

/// <summary>`docker run --runtime …` under a real dockerd.</summary>
public sealed class DockerTests
{
    [DockerFact]
    public async Task Docker_WhenRuntimeIsNamed_ThenContainersRunExecPauseAndStop()
    {
        await using ContainerdDaemon containerd = await ContainerdDaemon.StartAsync(Release.Trixie);
        await using Dockerd docker = await Dockerd.StartAsync(containerd);

        Command hello = await docker.DockerAsync(
            "run", "--rm", "--network", "host", "--runtime", "io.containerd.shimservice.v2", "busybox", "echo", "hello");
        Command named = await docker.DockerAsync(
            "run", "--rm", "--network", "host", "--runtime", "shimservice", "busybox", "sh", "-c", "echo err >&2; exit 7");
        (await docker.DockerAsync(
            "run", "-d", "--name", "stays", "--network", "host", "--runtime", "shimservice", "busybox",
            "sh", "-c", "trap 'exit 42' TERM; while :; do sleep 0.05; done")).Expect();
        Command exec = await docker.DockerAsync("exec", "stays", "sh", "-c", "echo in; exit 3");
        Command stats =
            await docker.DockerAsync("stats", "--no-stream", "--format", "{{.PIDs}} {{.MemUsage}}", "stays");
        (await docker.DockerAsync("pause", "stays")).Expect();
        Command paused = await docker.DockerAsync("inspect", "-f", "{{.State.Status}}", "stays");
        (await docker.DockerAsync("unpause", "stays")).Expect();
        (await docker.DockerAsync("stop", "-t", "10", "stays")).Expect();
        Command ended = await docker.DockerAsync("inspect", "-f", "{{.State.ExitCode}} {{.State.Status}}", "stays");
        (await docker.DockerAsync("rm", "stays")).Expect();

        Assert.Equal("hello\n", hello.Expect().Output);
        Assert.Equal("err\n", named.Expect(7).Errors);
        Assert.Equal("in\n", exec.Expect(3).Output);
        Assert.DoesNotContain("0 0B", stats.Expect().Output, StringComparison.Ordinal);
        Assert.Equal("paused\n", paused.Expect().Output);
        Assert.Equal("42 exited\n", ended.Expect().Output);
    }

    [DockerFact]
    public async Task Docker_WhenContainersAreOnABridge_ThenTheyReachEachOtherAndPortsArePublished()
    {
        await using ContainerdDaemon containerd = await ContainerdDaemon.StartAsync(Release.Trixie);
        await using Dockerd docker = await Dockerd.StartBridgedAsync(containerd);

        (await docker.DockerAsync(
            "run", "-d", "--name", "server", "-p", "127.0.0.1:8080:80", "--runtime", "shimservice", "busybox",
            "sh", "-c", "trap 'exit 42' TERM; nc -ll -p 80 -e echo hello & wait")).Expect();
        string address = (await docker.DockerAsync(
            "inspect", "-f", "{{.NetworkSettings.Networks.bridge.IPAddress}}", "server")).Expect().Output.Trim();
        Command client = await docker.DockerAsync(
            "run", "--rm", "--runtime", "shimservice", "busybox",
            "sh", "-c", $"until nc {address} 80; do sleep 0.05; done");
        Command published = await docker.BesideAsync("busybox", "nc", "127.0.0.1", "8080");
        Command exec = await docker.DockerAsync("exec", "server", "cat", "/proc/net/dev");
        Command alone = await docker.DockerAsync(
            "run", "--rm", "--network", "none", "--runtime", "shimservice", "busybox", "cat", "/proc/net/dev");
        Command stats = await docker.DockerAsync("stats", "--no-stream", "--format", "{{.NetIO}}", "server");
        (await docker.DockerAsync("stop", "-t", "10", "server")).Expect();
        Command ended = await docker.DockerAsync("inspect", "-f", "{{.State.ExitCode}} {{.State.Status}}", "server");
        (await docker.DockerAsync("rm", "server")).Expect();

        Assert.StartsWith("172.30.30.", address, StringComparison.Ordinal);
        Assert.Equal("hello\n", client.Expect().Output);
        Assert.Equal("hello\n", published.Expect().Output);
        Assert.Contains("eth0:", exec.Expect().Output, StringComparison.Ordinal);
        Assert.DoesNotContain("eth0:", alone.Expect().Output, StringComparison.Ordinal);
        Assert.DoesNotContain("0B / 0B", stats.Expect().Output, StringComparison.Ordinal);
        Assert.Equal("42 exited\n", ended.Expect().Output);
    }
}
