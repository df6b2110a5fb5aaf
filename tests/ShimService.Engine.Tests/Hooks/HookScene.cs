using ShimService.Engine.Containers;
using ShimService.Engine.Tests.Support;
using ShimService.Oci.Model;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Tests.Hooks;

/// <summary>
/// A container with hooks that write into a directory of the test's own, which the container has as /out.
/// </summary>
internal sealed class HookScene : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly RealContainer _real;
    private bool _deleted;

    public HookScene(HooksSpec hooks, Func<Spec, Spec>? change = null, params string[] args)
        : this(_ => hooks, change, args)
    {
    }

    /// <param name="hooks">Made from the directory.</param>
    public HookScene(Func<string, HooksSpec> hooks, Func<Spec, Spec>? change = null, params string[] args)
    {
        File.SetUnixFileMode(Out, (UnixFileMode)0x1FF);
        _real = new RealContainer(
            spec =>
            {
                spec = spec with
                {
                    Hooks = hooks(Out),
                    Mounts =
                        [.. spec.Mounts, new MountSpec { Destination = "/out", Source = Out, Options = ["rbind"] }],
                };
                return change?.Invoke(spec) ?? spec;
            },
            args.Length > 0 ? args : ["sleep", "100"]);
    }

    public string Out { get; } = Directory.CreateTempSubdirectory("shimservice-hooks-").FullName;

    public string Id => _real.Id;

    public IContainer Container => _real.Container;

    public LinuxEngine Engine => _real.Engine;

    public string BundlePath => Path.GetDirectoryName(_real.Log)!;

    /// <summary>A hook of the host's shell. <paramref name="script"/> runs with a PATH of its own.</summary>
    public static HookSpec Sh(string script, int? timeout = null) =>
        new("/bin/sh", ["sh", "-c", "PATH=/usr/bin:/bin; " + script]) { Timeout = timeout };

    /// <summary>What a file of the directory holds; empty when it is not there.</summary>
    public string Read(string name)
    {
        var path = Path.Join(Out, name);
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }

    public Task CreateAsync() => _real.CreateAsync().WaitAsync(Limit);

    public Task StartAsync() => Container.StartAsync(CancellationToken.None).WaitAsync(Limit);

    public async Task DeleteAsync()
    {
        _deleted = true;
        await Container.DeleteAsync().WaitAsync(Limit);
        await Container.Init.Stdio.CloseAsync();
    }

    /// <summary>The number that a hook has written there.</summary>
    public int Pid(string name) =>
        int.Parse(Read(name), System.Globalization.CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        if (!_deleted && _real.Container is not null)
        {
            await DeleteAsync();
        }

        _real.Dispose();
        Directory.Delete(Out, recursive: true);
    }
}
