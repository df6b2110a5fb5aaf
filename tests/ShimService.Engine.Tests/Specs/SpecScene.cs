using ShimService.Engine.Tests.Kernel;
using ShimService.Engine.Tests.Support;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Oci.Model;
using ShimService.Oci.Write;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Tests.Specs;

/// <summary>
/// Containers of specs with something special in them, on a root filesystem of the test's own. Ends what a test that
/// failed has left.
/// </summary>
internal sealed class SpecScene : IDisposable
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>What most tests map.</summary>
    internal static readonly LinuxIdMapping[] Mapped = [new(0, 100000, 65536)];

    private readonly BusyboxBundle _bundle = new();
    private readonly List<IContainer> _running = [];
    private readonly Stack<string> _mounts = new();

    public string Id => _bundle.Id;

    /// <summary>Where the containers write.</summary>
    public string Output => _bundle.Output;

    public string Rootfs => _bundle.Rootfs;

    /// <summary>A directory of the test's own on the host, that everybody may enter.</summary>
    public string Directory(string name)
    {
        var path = System.IO.Directory.CreateDirectory(Path.Join(_bundle.Path, name)).FullName;
        File.SetUnixFileMode(path, (UnixFileMode)0x1ED);
        return path;
    }

    public string Write(string name, string content)
    {
        var path = Path.Join(_bundle.Path, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>A mount of the host, that ends with the scene.</summary>
    public string Mount(string path, string type, MountFlags flags = MountFlags.None, string source = "none")
    {
        Mounts.Mount(source, path, type, flags, "");
        _mounts.Push(path);
        return path;
    }

    /// <summary>A directory of the host in which mounts travel to and from their copies.</summary>
    public string Shared(string name)
    {
        var path = Mount(Directory(name), "tmpfs");
        Mounts.Mount("", path, "", MountFlags.Shared, "");
        return path;
    }

    /// <summary>Creates, starts and awaits a shell script in a container; answers what it wrote.</summary>
    public async Task<string[]> RunAsync(string script, Func<Spec, Spec>? change = null)
    {
        var container = await StartAsync(script, change);
        await container.Init.Exited.WaitAsync(Limit);
        await container.Init.Stdio.Drained.WaitAsync(Limit);
        await DeleteAsync(container);
        return await LinesAsync(_bundle.Output);
    }

    public async Task<IContainer> StartAsync(string script, Func<Spec, Spec>? change = null)
    {
        var container = await CreateAsync(script, change);
        await container.StartAsync(CancellationToken.None).WaitAsync(Limit);
        return container;
    }

    public async Task<IContainer> CreateAsync(
        string script, Func<Spec, Spec>? change = null, bool terminal = false)
    {
        var request = _bundle.Write(_bundle.Shell(script), change, terminal);
        var container = await RealContainer.Ordinary.CreateAsync(request, new Observer(), CancellationToken.None)
            .WaitAsync(Limit);
        _running.Add(container);
        return container;
    }

    /// <summary>The error of a create that has to fail, and leaves no cgroup.</summary>
    public async Task<TaskException> RefusedAsync(
        Func<Spec, Spec> change, string script = "true")
    {
        var failure = await Assert.ThrowsAsync<TaskException>(() => CreateAsync(script, change));
        Assert.Empty(Host.Cgroups(Id));
        return failure;
    }

    /// <summary>A shell script as an exec of a container.</summary>
    public async Task<string[]> ExecAsync(
        IContainer container, string script, Func<ProcessSpec, ProcessSpec>? change = null)
    {
        var output = Path.Join(_bundle.Path, $"exec-{Guid.NewGuid():N}");
        var process = new ProcessSpec
        {
            Args = ["sh", "-c", script],
            Cwd = "/",
            Env = ["PATH=/bin"],
            Capabilities = SpecChanges.Mounting,
        };
        var exec = await container.ExecAsync(
            new ExecRequest(ExecId.Parse("e1", "exec_id"), SpecWriter.Write(change?.Invoke(process) ?? process),
                new StdioRequest("", $"file://{output}", $"file://{output}", false)),
            CancellationToken.None).WaitAsync(Limit);
        await exec.Exited.WaitAsync(Limit);
        await exec.Stdio.Drained.WaitAsync(Limit);
        await exec.Stdio.CloseAsync();
        return await LinesAsync(output);
    }

    /// <summary>Kills it if it runs, and deletes it.</summary>
    public async Task EndAsync(IContainer container)
    {
        container.Init.Kill(Signal.Kill);
        await container.Init.Exited.WaitAsync(Limit);
        await DeleteAsync(container);
    }

    public void Dispose()
    {
        foreach (var container in _running)
        {
            container.KillAll(Signal.Kill);
            container.DeleteAsync().Wait(Limit);
        }

        foreach (var path in _mounts)
        {
            while (Mounts.Unmount(path, UnmountFlags.Detach | UnmountFlags.NoFollow))
            {
                // What a container has shared with it lies over it.
            }
        }

        _bundle.Dispose();
    }

    private async Task DeleteAsync(IContainer container)
    {
        await container.Init.Stdio.CloseAsync();
        await container.DeleteAsync().WaitAsync(Limit);
        _running.Remove(container);
    }

    private static async Task<string[]> LinesAsync(string path) =>
        (await File.ReadAllTextAsync(path)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
