using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Linux.Tests.Support;

namespace ShimService.Linux.Tests.Launch;

public sealed class HostProgramTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
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
    public async Task Start_WhenProgramIsOnAReadOnlyCopy_ThenItsExecutableCannotBeWrittenEvenWhenNobodyRunsIt()
    {
        using var directory = new TemporaryDirectory();
        var path = Path.Combine(directory.Path, "program");
        File.Copy("/bin/sleep", path);
        using var image = ReadOnlyProgram.TryOpen(path)!;
        using var extra = Files.Open("/etc/hostname", OpenFlags.ReadOnly);
        var process = await HostPrograms.StartAsync(_launcher, new HostProgram(path, ["sleep", "100"], [])
        {
            Image = image,
            Descriptors = [extra],
        }).WaitAsync(Limit);
        var proc = $"/proc/{process.Pid}";
        Assert.Equal("/program", new FileInfo(proc + "/exe").LinkTarget);
        Assert.Equal("program", (await File.ReadAllTextAsync(proc + "/comm")).Trim());
        Assert.Equal(
            ["0", "1", "2", "3"], Directory.GetFileSystemEntries(proc + "/fd").Select(Path.GetFileName).Order());

        // As a container does that keeps the file, and waits until nobody executes it any more.
        using var kept = Files.Open(proc + "/exe", OpenFlags.Path);
        process.Kill(9);
        Children.WaitAndCollect(process.PidFd);
        var refused =
            Assert.Throws<KernelException>(() => Files.Open($"/proc/self/fd/{kept.Number}", OpenFlags.WriteOnly));
        Assert.Equal(Errno.EROFS, refused.Errno);
        using var original = Files.Open(path, OpenFlags.WriteOnly);
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
