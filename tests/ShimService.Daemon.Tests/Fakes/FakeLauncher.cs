using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using ShimService.Contracts.Containerd.Task.V3;
using ShimService.Daemon.Shims;

namespace ShimService.Daemon.Tests.Fakes;

/// <summary>Starts fake shims; keeps them over restarts of the test's shimd.</summary>
internal sealed class FakeLauncher : IShimLauncher, IAsyncDisposable
{
    public ConcurrentDictionary<string, FakeShim> Shims { get; } = new();

    public ConcurrentBag<string> Deleted { get; } = [];

    /// <summary>What delete answers; null = it fails.</summary>
    public uint? DeleteStatus { get; set; } = 137;

    public Task StartAsync(ShimDirectory directory, CancellationToken cancel)
    {
        Shims[directory.Name] = new FakeShim(directory.Name, directory.Socket);
        return Task.CompletedTask;
    }

    public Task<DeleteResponse> DeleteAsync(
        ShimDirectory directory, string id, string bundle, CancellationToken cancel)
    {
        Deleted.Add(id);
        return DeleteStatus is { } status
            ? Task.FromResult(
                new DeleteResponse { ExitStatus = status, ExitedAt = DateTimeOffset.UtcNow.ToTimestamp() })
            : throw new DaemonException("delete fails");
    }

    /// <summary>The shim that holds a task.</summary>
    public FakeShim Of(string id) => Shims.Values.Single(shim => shim.List().Any(task => task.Id == id));

    public async ValueTask DisposeAsync()
    {
        foreach (var shim in Shims.Values)
        {
            await shim.DisposeAsync();
        }
    }
}
