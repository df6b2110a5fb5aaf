using System.Diagnostics;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Errors;

namespace ShimService.Linux.Tests.Cgroups;

public sealed class CgroupTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _parent = $"/limits-test-{Guid.NewGuid():N}";
    private readonly CgroupHost _host = CgroupHost.Open(CgroupLayout.Detect(), TimeProvider.System);
    private readonly List<Process> _started = [];

    public void Dispose()
    {
        foreach (Process process in _started)
        {
            process.Kill();
            process.Dispose();
        }

        _host.Dispose();
        Assert.Empty(DirectoriesOf(_parent));
    }

    [CgroupFact]
    public async Task Create_WhenParentIsAbsent_ThenMadeInEveryHierarchyAndRemovedWithIt()
    {
        Cgroup cgroup = _host.Create(Path("c1"), CgroupControllers.Standard | CgroupControllers.CpuSet);

        Assert.NotEmpty(cgroup.Directories);
        Assert.All(cgroup.Directories, static directory => Assert.True(Directory.Exists(directory.FullPath)));
        Assert.Equal(cgroup.Directories.Count, DirectoriesOf(_parent).Count);
        if (cgroup.Find(CgroupControllers.CpuSet) is { Hierarchy.Version: CgroupVersion.V1 } cpuset)
        {
            Assert.NotEqual("", cpuset.ReadText("cpuset.cpus"));
            Assert.NotEqual("", cpuset.ReadText("cpuset.mems"));
        }

        await cgroup.RemoveAsync(Limit, default);
        Assert.All(DirectoriesOf(_parent), static path => Assert.Empty(Directory.GetDirectories(path)));
    }

    [CgroupFact]
    public async Task Create_WhenTheDirectoryIsThereAndEmpty_ThenUsedAndNotRemoved()
    {
        Cgroup first = _host.Create(Path("c1"), CgroupControllers.Standard);
        first.ReleaseClaim();
        Cgroup second = _host.Create(Path("c1"), CgroupControllers.Standard);

        await second.RemoveAsync(Limit, default);
        Assert.All(first.Directories, static directory => Assert.True(Directory.Exists(directory.FullPath)));
        await first.RemoveAsync(Limit, default);
    }

    [CgroupFact]
    public async Task Create_WhenAnotherHostIsMakingTheSame_ThenRefusedAndNothingChanged()
    {
        using CgroupHost other = CgroupHost.Open(CgroupLayout.Detect(), TimeProvider.System);
        Cgroup first = _host.Begin(Path("c1"));
        first.Complete(CgroupControllers.Standard);

        KernelException refused = Assert.Throws<KernelException>(() =>
        {
            Cgroup second = other.Begin(Path("c1"));
            second.Complete(CgroupControllers.Standard);
        });

        Assert.Equal(Errno.EBUSY, refused.Errno);
        Assert.All(first.Directories, static directory => Assert.True(Directory.Exists(directory.FullPath)));
        await first.RemoveAsync(Limit, default);
        Cgroup third = other.Create(Path("c1"), CgroupControllers.Standard);
        await third.RemoveAsync(Limit, default);
    }

    [CgroupFact]
    public async Task Create_WhenTheCgroupHasProcesses_ThenRefusedAndNothingChanged()
    {
        Cgroup cgroup = _host.Create(Path("c1"), CgroupControllers.Standard);
        Join(cgroup, "sleep", "100");

        KernelException refused = Assert.Throws<KernelException>(
            () => _host.Create(Path("c1"), CgroupControllers.Standard));
        Assert.Equal(Errno.EBUSY, refused.Errno);
        Assert.Contains("linux.cgroupsPath", refused.Message, StringComparison.Ordinal);
        Assert.Single(cgroup.ReadProcesses());
        await cgroup.RemoveAsync(Limit, default);
    }

    [CgroupFact]
    public async Task Create_WhenSomebodyRemovedTheParent_ThenMadeAgain()
    {
        Cgroup first = _host.Create(Path("c1"), CgroupControllers.Standard);
        await first.RemoveAsync(Limit, default);
        foreach (string path in DirectoriesOf(_parent))
        {
            Directory.Delete(path);
        }

        Cgroup second = _host.Create(Path("c2"), CgroupControllers.Standard);
        Assert.All(second.Directories, static directory => Assert.True(Directory.Exists(directory.FullPath)));
        await second.RemoveAsync(Limit, default);
    }

    [CgroupFact]
    public async Task OpenJoin_WhenWrittenTo_ThenTheProcessIsInEveryHierarchy()
    {
        Cgroup cgroup = _host.Create(Path("c1"), CgroupControllers.Standard);
        using (CgroupJoin join = cgroup.OpenJoin())
        {
            Assert.Equal(cgroup.Layout.Unified is not null, join.CloneInto is not null);
            Assert.Equal(cgroup.Directories.Count(d => d.Hierarchy.Version == CgroupVersion.V1), join.TasksFiles.Count);
        }

        Process process = Join(cgroup, "sleep", "100");

        Assert.Equal([process.Id], cgroup.ReadProcesses());
        string listed = File.ReadAllText($"/proc/{process.Id}/cgroup");
        Assert.Equal(cgroup.Directories.Count, listed.Split(cgroup.Path.Value).Length - 1);
        await cgroup.RemoveAsync(Limit, default);
    }

    [CgroupFact]
    public async Task RemoveAsync_WhenProcessesAndInnerCgroupsAreLeft_ThenKilledAndGone()
    {
        Cgroup cgroup = _host.Create(Path("c1"), CgroupControllers.Standard);
        Process process = Join(cgroup, "sh", "-c", "sleep 100 & sleep 100 & wait");
        foreach (CgroupDirectory directory in cgroup.Directories)
        {
            Directory.CreateDirectory(directory.FullPath + "/inner/most");
        }

        await cgroup.RemoveAsync(Limit, default);

        Assert.All(DirectoriesOf(_parent), static path => Assert.Empty(Directory.GetDirectories(path)));
        await process.WaitForExitAsync().WaitAsync(Limit);
        Assert.Equal(128 + 9, process.ExitCode);
        await cgroup.RemoveAsync(Limit, default);
    }

    [CgroupFact]
    public async Task FreezeAsync_WhenFrozen_ThenNothingRunsUntilThawed()
    {
        Cgroup cgroup = _host.Create(Path("c1"), CgroupControllers.Standard);
        Join(cgroup, "sh", "-c", "while :; do :; done");

        await cgroup.FreezeAsync(Limit, default);
        Assert.Equal(CgroupFreezeState.Frozen, cgroup.ReadFreezeState());

        await cgroup.ThawAsync(Limit, default);
        Assert.Equal(CgroupFreezeState.Thawed, cgroup.ReadFreezeState());
        await cgroup.RemoveAsync(Limit, default);
    }

    [CgroupFact]
    public async Task SignalAll_WhenFrozenAndKilled_ThenEveryProcessEnds()
    {
        Cgroup cgroup = _host.Create(Path("c1"), CgroupControllers.Standard);
        Process process = Join(cgroup, "sleep", "100");
        await cgroup.FreezeAsync(Limit, default);

        cgroup.SignalAll(9);

        await process.WaitForExitAsync().WaitAsync(Limit);
        Assert.Empty(cgroup.ReadProcesses());
        await cgroup.RemoveAsync(Limit, default);
    }

    [CgroupFact]
    public async Task SignalAll_WhenGivenATerm_ThenEveryProcessGetsIt()
    {
        Cgroup cgroup = _host.Create(Path("c1"), CgroupControllers.Standard);
        Process one = Join(cgroup, "sleep", "100");
        Process other = Join(cgroup, "sleep", "100");

        cgroup.SignalAll(15);

        await Task.WhenAll(one.WaitForExitAsync(), other.WaitForExitAsync()).WaitAsync(Limit);
        Assert.Equal((143, 143), (one.ExitCode, other.ExitCode));
        await cgroup.RemoveAsync(Limit, default);
    }

    [CgroupFact]
    public async Task Find_WhenAnotherHostMadeIt_ThenRemovable()
    {
        Cgroup made = _host.Create(Path("c1"), CgroupControllers.Standard);
        using CgroupHost other = CgroupHost.Open(CgroupLayout.Detect(), TimeProvider.System);

        Cgroup found = other.Find(Path("c1"));

        Assert.Equal(made.Directories.Count, found.Directories.Count);
        await found.RemoveAsync(Limit, default);
        Assert.All(made.Directories, static directory => Assert.False(Directory.Exists(directory.FullPath)));
        await made.RemoveAsync(Limit, default);
    }

    [CgroupFact]
    public async Task Dispose_WhenAKilledProcessLeftTheDefaultParent_ThenRemovedWhereThisOneNeverWas()
    {
        using CgroupHost host = CgroupHost.Open(CgroupLayout.Detect(), TimeProvider.System);
        Cgroup cgroup = host.Create(CgroupPath.ForContainer($"left-{Guid.NewGuid():N}"), CgroupControllers.Pids);
        string[] left = [.. DirectoriesOf("").Select(root => root + CgroupPath.DefaultParent)];
        foreach (string parent in left)
        {
            Directory.CreateDirectory(parent);
        }

        await cgroup.RemoveAsync(Limit, default);
        host.Dispose();

        // Containers of somebody else may live there: an empty one is what nobody would remove.
        Assert.DoesNotContain(left, static parent => Directory.Exists(parent)
            && Directory.GetDirectories(parent) is []);
    }

    private CgroupPath Path(string name)
    {
        Assert.True(CgroupPath.TryParse($"{_parent}/{name}", out CgroupPath path, out string problem), problem);
        return path;
    }

    private List<string> DirectoriesOf(string path) =>
        [.. _host.Layout.Hierarchies.Select(h => h.MountPoint + path).Where(Directory.Exists)];

    private Process Join(Cgroup cgroup, string program, params string[] arguments)
    {
        string join = string.Concat(cgroup.Directories.Select(d => $"echo 0 > {d.FullPath}/cgroup.procs; "));
        ProcessStartInfo start = new("sh", ["-c", join + "echo joined; exec \"$@\"", "sh", program, .. arguments])
        {
            RedirectStandardOutput = true,
        };
        Process process = Process.Start(start)!;
        _started.Add(process);
        Assert.Equal("joined", process.StandardOutput.ReadLine());
        return process;
    }
}
