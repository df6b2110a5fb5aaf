using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using ShimService.Engine.Stdio;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Tests.Stdio.Support;

/// <summary>A service of its own, a directory of its own, and the two other sides of every stream.</summary>
public sealed class StdioFixture : IAsyncDisposable
{
    /// <summary>Far beyond what any step takes; a test that waits this long has failed.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>One for all tests: it lives as long as the process, like a shim's.</summary>
    private static readonly Launcher Launcher = new();

    private readonly List<ProcessStdio> _opened = [];

    public StdioFixture()
        : this(new StdioOptions())
    {
    }

    public StdioFixture(StdioOptions options) =>
        Service = new StdioService(options with { OnWarning = Warnings.Enqueue }, Launcher);

    public IReadOnlyList<ProcessStdio> Opened => _opened;

    public StdioService Service { get; }

    public ConcurrentQueue<string> Warnings { get; } = new();

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("stdio-test-").FullName;

    public string PathOf(string name) => Path.Combine(Directory, name);

    public string MakeFifo(string name)
    {
        Native.MakeFifo(PathOf(name));
        return PathOf(name);
    }

    public async Task<ProcessStdio> PrepareAsync(StdioRequest request, StdioSettings settings = default)
    {
        var stdio = await Service.PrepareAsync(request, settings, CancellationToken.None).WaitAsync(Limit);
        _opened.Add(stdio);
        return stdio;
    }

    /// <summary>Prepares and launches; what comes back is the container's own hold of its descriptors.</summary>
    public async Task<(ProcessStdio Stdio, FakeChild Child)> LaunchAsync(
        StdioRequest request, StdioSettings settings = default)
    {
        var stdio = await PrepareAsync(request, settings);
        var child = new FakeChild(stdio);
        stdio.Launched();
        return (stdio, child);
    }

    public static StdioRequest Request(string stdin = "", string stdout = "", string stderr = "") =>
        new(stdin, stdout, stderr, Terminal: false);

    /// <summary>A client's end of a fifo, as clients open it: at once, and blocking only from then on.</summary>
    public static FileStream OpenReader(string fifo)
    {
        var descriptor = Files.Open(fifo, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        Native.SetBlocking(descriptor);
        var handle = new SafeFileHandle(descriptor.Number, ownsHandle: true);
        descriptor.SetHandleAsInvalid();
        return new FileStream(handle, FileAccess.Read, bufferSize: 0);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var stdio in _opened)
        {
            await stdio.CloseAsync().AsTask().WaitAsync(Limit);
        }

        Service.Dispose();
        await DeleteAsync();
    }

    // What a logger's script has left in its background may make its files while they are being deleted.
    private async Task DeleteAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            try
            {
                System.IO.Directory.Delete(Directory, recursive: true);
                return;
            }
            catch (IOException)
            {
                await Task.Delay(20, limit.Token);
            }
        }
    }
}
