using System.Diagnostics;
using Google.Protobuf;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Daemon.Configuration;
using ShimService.Daemon.Shims;

namespace ShimService.Daemon.Tests.Shims;

/// <summary>Stand-ins for the shim binary, as small scripts.</summary>
public sealed class ShimBinaryTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("binary-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task StartAsync_WhenTheBinaryFails_ThenItsComplaintIsTheMessage()
    {
        var binary = Make("echo 'no cgroup here' >&2; exit 3");
        var error = await Assert.ThrowsAsync<DaemonException>(
            () => binary.StartAsync(ShimDirectory.Make(_directory), CancellationToken.None));
        Assert.Contains("start failed with status 3: no cgroup here", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_WhenItRuns_ThenItIsCalledAsContainerdWouldInTheShimsDirectory()
    {
        var binary = Make("echo \"$PWD $SHIMSERVICE_OWNER $*\" > ../seen; echo unix:///x");
        var directory = ShimDirectory.Make(_directory);
        await binary.StartAsync(directory, CancellationToken.None);
        Assert.Equal(
            $"{directory.Path} shimd -namespace shimservice -address /d.sock -id {directory.Name} "
                + $"-socket {directory.Socket} start",
            File.ReadAllText(Path.Combine(_directory, "seen")).Trim());
    }

    [Fact]
    public async Task StartAsync_WhenTheBinaryHangs_ThenItIsEndedAndSaidSo()
    {
        var binary = Make("exec sleep 60", TimeSpan.FromMilliseconds(200));
        var watch = Stopwatch.StartNew();
        var error = await Assert.ThrowsAsync<DaemonException>(
            () => binary.StartAsync(ShimDirectory.Make(_directory), CancellationToken.None));
        Assert.Contains("did not answer", error.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task DeleteAsync_WhenItAnswers_ThenTheExitIsRead()
    {
        var answer = new DeleteResponse { Pid = 12, ExitStatus = 9 }.ToByteArray();
        File.WriteAllBytes(Path.Combine(_directory, "answer"), answer);
        var binary = Make("cat ../answer");
        var read = await binary.DeleteAsync(ShimDirectory.Make(_directory), "c1", "/b", CancellationToken.None);
        Assert.Equal((12u, 9u), (read.Pid, read.ExitStatus));
    }

    [Fact]
    public void Find_WhenTheConfiguredBinaryIsMissing_ThenItIsNamed() => Assert.Contains(
        "/no/such/shim", Assert.Throws<DaemonException>(() => ShimBinary.Find("/no/such/shim")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void IsAlive_WhenThePidIsSomebodyElses_ThenFalse()
    {
        var own = ShimProcess.Of(Environment.ProcessId);
        Assert.True(own.IsAlive);
        Assert.False((own with { StartTicks = "1" }).IsAlive);
        Assert.False(ShimProcess.Of(0).IsAlive);
    }

    private ShimBinary Make(string script, TimeSpan? limit = null)
    {
        var path = Path.Combine(_directory, "shim");
        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(path, (UnixFileMode)0x1c0);
        var options = new DaemonOptions { ShimStartLimit = limit ?? TimeSpan.FromSeconds(10) };
        return new ShimBinary(path, "/d.sock", options);
    }
}
