using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Linux.Tests.Support;

namespace ShimService.Linux.Tests.Launch;

public sealed class HostProgramTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly Launcher _launcher = new();

    [Fact]
    public async Task Start_WhenDescriptorsAreGiven_ThenTheProgramHasThemAndNoOther()
    {
        using var directory = new TemporaryDirectory();
        var output = Path.Combine(directory.Path, "out");
        using var file = Files.Open(output, OpenFlags.Create | OpenFlags.WriteOnly, 0x180);
        using var extra = Files.Open("/etc/hostname", OpenFlags.ReadOnly);

        var program = new HostProgram("/bin/sh",
            ["sh", "-c", "pwd; ls /proc/$$/fd; cut -d' ' -f6 /proc/$$/stat; echo $$"],
            ["PATH=/usr/bin:/bin"])
        {
            WorkingDirectory = directory.Path,
            Stdout = file,
            Descriptors = [extra],
            Session = HostSession.Own,
        };
        var process = await HostPrograms.StartAsync(_launcher, program).WaitAsync(Limit);
        Assert.Equal(0, Children.WaitAndCollect(process.PidFd)?.Status);

        var pid = process.Pid.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal([directory.Path, "0", "1", "2", "3", pid, pid], await File.ReadAllLinesAsync(output));
    }

    [Fact]
    public async Task Start_WhenProgramIsMissing_ThenExecveIsTheStep()
    {
        var program = new HostProgram("/no/such", ["such"], []);
        LaunchedProcess? child = null;
        var failure = await Assert.ThrowsAsync<LaunchException>(
            () => HostPrograms.StartAsync(_launcher, program, process => child = process).WaitAsync(Limit));
        _ = Children.WaitAndCollect(child!.PidFd);

        Assert.Equal("execve /no/such", failure.Failure.Step);
        Assert.Equal(Errno.ENOENT, failure.Failure.Errno);
    }

    [Fact]
    public async Task Start_WhenManyAreAskedForAtOnce_ThenEachHasItsMemory()
    {
        var starts = Enumerable.Range(0, 100).Select(_ => Task.Run(
            () => HostPrograms.StartAsync(_launcher, new HostProgram("/bin/true", ["true"], []))));
        foreach (var process in await Task.WhenAll(starts).WaitAsync(Limit))
        {
            Assert.Equal(0, Children.WaitAndCollect(process.PidFd)?.Status);
        }
    }

    public void Dispose() => _launcher.Dispose();
}
