using ShimService.Linux.Abi;
using ShimService.Linux.Launch;

namespace ShimService.Linux.Tests.Launch;

/// <summary>
/// What a child is born with is what its launcher thread has open, until its first operations close it.
/// </summary>
public sealed class PrivateDescriptorsTests
{
    [Fact]
    public async Task Launch_WhenProcessHasManyDescriptors_ThenLauncherThreadsHaveNoneOfThem()
    {
        var others = new List<FileDescriptor>();
        for (var i = 0; i < 100; i++)
        {
            others.Add(Files.Open("/etc/hostname", OpenFlags.ReadOnly));
            others.Add(Files.Open("/etc", OpenFlags.Path | OpenFlags.Directory));
        }

        using var launcher = new Launcher();
        var builder = new PlanBuilder();
        builder.Execute("execve /bin/true", "test", ["/bin/true"], ["true"], []);
        using var self = Stdio.OtherProcess.Open(Environment.ProcessId);
        var options = new[] { new LaunchOptions(), new LaunchOptions { PidNamespaceOf = self } };
        foreach (var option in options)
        {
            var process = await launcher.LaunchAsync(builder.Build(), option);
            await process.ExecuteAsync();
            Assert.Equal(0, Children.WaitAndCollect(process.PidFd)?.Status);
        }

        var threads = Directory.GetDirectories("/proc/self/task")
            .Where(task => File.ReadAllText(Path.Join(task, "comm")).Trim() is "spawner" or "exec spawner").ToArray();
        Assert.True(threads.Length >= 2);
        foreach (var thread in threads)
        {
            var links = Directory.GetFileSystemEntries(
                Path.Join(thread, "fd")).Select(fd => new FileInfo(fd).LinkTarget)
                .Where(link => link is not null && !link.StartsWith("/memfd:doublemapper", StringComparison.Ordinal));
            Assert.DoesNotContain("/etc/hostname", links);
            Assert.DoesNotContain("/etc", links);
            // Another test's launch may be under way on a thread of the same name.
            Assert.True(links.Count() < 20, string.Join(' ', links));
        }

        others.ForEach(descriptor => descriptor.Dispose());
    }

    [Fact]
    public async Task Launch_WhenCloneIsRefused_ThenTheCallerIsToldAndTheNextLaunchWorks()
    {
        using var launcher = new Launcher();
        using var notCgroup = Files.Open("/tmp", OpenFlags.Path);
        var builder = new PlanBuilder();
        builder.Execute("execve /bin/true", "test", ["/bin/true"], ["true"], []);
        var plan = builder.Build();

        var failure = await Assert.ThrowsAsync<Errors.KernelException>(
            () => launcher.LaunchAsync(plan, new LaunchOptions { Cgroup = notCgroup }));
        var process = await launcher.LaunchAsync(plan, new LaunchOptions());
        await process.ExecuteAsync();

        Assert.Equal("clone3", failure.Call);
        Assert.Equal(0, Children.WaitAndCollect(process.PidFd)?.Status);
    }
}
