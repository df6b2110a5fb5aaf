using ShimService.Engine.Tests.Support;
using ShimService.Linux.Cgroups;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Resources;

/// <summary>linux.cgroupsPath for the file system driver: where the cgroup is, and what of it goes. Needs root.</summary>
[Collection(EngineCollection.Name)]
[Trait("Spec", "linux.cgroupsPath")]
public sealed class CgroupPlaceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _name = $"place-{Guid.NewGuid():N}"[..20];

    [Theory]
    [InlineData("/{0}", "/{0}")]
    [InlineData("{0}", "/shimservice/{0}")]
    [InlineData("{0}/./deeper//still", "/shimservice/{0}/deeper/still")]
    [InlineData("/{0}.slice/{0}-pod.slice/level 3/level4", "/{0}.slice/{0}-pod.slice/level 3/level4")]
    public async Task Run_WhenAPathIsGiven_ThenTheProcessIsThereAndAllThatWasMadeGoes(string given, string expected)
    {
        var (path, place) = (Named(given), Named(expected));
        using var container = new RealContainer(With(path, new LinuxResources
        {
            Pids = new LinuxPids(33), Cpu = new LinuxCpu { Cpus = "0", Mems = "0" },
        }), "sleep", "100");
        await container.StartAsync();
        try
        {
            var seen = await File.ReadAllLinesAsync($"/proc/{container.Container.Init.Pid}/cgroup");
            Assert.Contains(seen, line => line.EndsWith($":{place}", StringComparison.Ordinal));
            foreach (var file in (string[])["pids.max=33", "cpuset.cpus=0"])
            {
                new CgroupFiles(place[(place.LastIndexOf('/') + 1)..], place[..place.LastIndexOf('/')]).AssertHave(file);
            }
        }
        finally
        {
            await container.EndAsync();
        }

        // What is above it is kept for a moment, for the next container there.
        await RealContainer.UntilAsync(() => !Left().Any());
    }

    [Fact]
    public async Task Exec_WhenTheContainerHasACgroup_ThenItIsInEachPartOfIt()
    {
        using var container = new RealContainer(spec => spec with
        {
            Linux = spec.Linux with
            {
                CgroupsPath = "/" + _name,
                Namespaces = [.. spec.Linux.Namespaces.Where(one => one.Kind != LinuxNamespaceKind.Cgroup)],
            },
        }, "sleep", "100");
        await container.StartAsync();
        try
        {
            var (_, exec) = await container.ExecAsync(_ => { }, "cat", "/proc/self/cgroup");

            Assert.Equal(await File.ReadAllTextAsync($"/proc/{container.Container.Init.Pid}/cgroup"), exec);
            Assert.Contains($":/{_name}\n", exec, StringComparison.Ordinal);
        }
        finally
        {
            await container.EndAsync();
        }
    }

    [Theory]
    [InlineData("/a/../../b")]
    [InlineData("../{0}")]
    [InlineData("/")]
    [InlineData("a\0b")]
    public async Task Create_WhenThePathIsNone_ThenRefusedWithTheField(string path)
    {
        using var container = new RealContainer(With(Named(path), null), "true");
        var failure = await Assert.ThrowsAsync<TaskException>(() => container.CreateAsync().WaitAsync(Limit));

        Assert.Equal("linux.cgroupsPath", failure.Field);
    }

    [Fact]
    public async Task Delete_WhenTheCgroupWasThereBefore_ThenItStaysWithWhatWasSet()
    {
        var hierarchy = CgroupFiles.Layout.Find(CgroupControllers.Pids)!;
        var directory = Directory.CreateDirectory($"{hierarchy.MountPoint}/{_name}").FullName;
        try
        {
            using var container = new RealContainer(With("/" + _name, null), "true");
            await container.RunAsync().WaitAsync(Limit);

            Assert.True(Directory.Exists(directory));
        }
        finally
        {
            Directory.Delete(directory);
        }

        Assert.Empty(Left());
    }

    [Fact]
    public async Task Delete_WhenTheContainerHasMadeCgroupsInItsOwn_ThenTheyGoToo()
    {
        using var container = new RealContainer(With("/" + _name, null), "sleep", "100");
        await container.StartAsync();
        Directory.CreateDirectory($"{CgroupFiles.Layout.Find(CgroupControllers.Pids)!.MountPoint}/{_name}/a/b");
        await container.EndAsync();

        Assert.Empty(Left());
    }

    [Fact]
    public async Task Create_WhenAProcessIsInTheCgroup_ThenRefusedAndItLives()
    {
        using var first = new RealContainer(With("/" + _name, null), "sleep", "100");
        using var second = new RealContainer(With("/" + _name, null), "true");
        await first.StartAsync();
        try
        {
            var failure = await Assert.ThrowsAsync<TaskException>(() => second.CreateAsync().WaitAsync(Limit));

            Assert.Equal("EBUSY", failure.Errno);
            Assert.Contains("linux.cgroupsPath", failure.Message, StringComparison.Ordinal);
            Assert.False(first.Container.Init.Exited.IsCompleted);
        }
        finally
        {
            await first.EndAsync();
        }
    }

    private string Named(string text) => text.Replace("{0}", _name, StringComparison.Ordinal);

    private IEnumerable<string> Left() => CgroupFiles.Layout.Hierarchies.SelectMany(hierarchy =>
        Directory.GetDirectories(hierarchy.MountPoint, _name + "*")
            .Concat(Directory.Exists($"{hierarchy.MountPoint}/shimservice/{_name}") ? [hierarchy.MountPoint] : []));

    private static Func<Spec, Spec> With(string path, LinuxResources? resources) => spec => spec with
    {
        Linux = spec.Linux with { CgroupsPath = path, Resources = resources },
    };
}
