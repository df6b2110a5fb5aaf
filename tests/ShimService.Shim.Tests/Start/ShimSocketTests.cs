using System.Net.Sockets;
using ShimService.Shim.Start;

namespace ShimService.Shim.Tests.Start;

public sealed class ShimSocketTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Listen_WhenAShimIsAlive_ThenNothingIsStarted()
    {
        using var first = ShimSocket.Listen(_directory["s"]);

        Assert.NotNull(first);
        Assert.Null(ShimSocket.Listen(_directory["s"]));
    }

    [Fact]
    public void Listen_WhenASocketIsLeftOver_ThenItIsReplaced()
    {
        ShimSocket.Listen(_directory["s"])!.Dispose();
        Assert.True(File.Exists(_directory["s"]));

        using var second = ShimSocket.Listen(_directory["s"]);

        Assert.NotNull(second);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory["s"]));
        Assert.False(File.Exists(_directory["s.lock"]));
    }

    [Fact]
    public async Task Listen_WhenManyStartAtOnce_ThenExactlyOneListens()
    {
        var starts = Enumerable.Range(0, 16).Select(_ => Task.Factory.StartNew(
            () => ShimSocket.Listen(_directory["s"]),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));

        Socket?[] listeners = await Task.WhenAll(starts);

        using var only = Assert.Single(listeners, listener => listener is not null);
    }
}
