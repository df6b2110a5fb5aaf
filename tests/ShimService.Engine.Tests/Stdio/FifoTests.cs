using System.Text;
using ShimService.Engine.Stdio;
using ShimService.Engine.Tests.Stdio.Support;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Tests.Stdio;

public sealed class FifoTests
{
    [Fact]
    public async Task Drained_WhenReaderReads_ThenGetsAllAndTheEnd()
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("out");
        await using var reader = StdioFixture.OpenReader(fifo);
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: fifo));

        child.Print("hello");
        child.Exit();
        var text = await ReadToEndAsync(reader);

        Assert.Equal("hello", Encoding.UTF8.GetString(text));
        await stdio.Drained.WaitAsync(StdioFixture.Limit);
    }

    [Fact]
    public async Task Drained_WhenOneStreamEnds_ThenItsReaderSeesTheEndAtOnce()
    {
        await using var fixture = new StdioFixture();
        var stdout = fixture.MakeFifo("out");
        var stderr = fixture.MakeFifo("err");
        await using var outReader = StdioFixture.OpenReader(stdout);
        await using var errReader = StdioFixture.OpenReader(stderr);
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: stdout, stderr: stderr));

        child.Stdout.Dispose();
        Assert.Empty(await ReadToEndAsync(outReader));
        Assert.False(stdio.Drained.IsCompleted);

        child.PrintError("still here");
        child.Exit();
        Assert.Equal("still here", Encoding.UTF8.GetString(await ReadToEndAsync(errReader)));
    }

    [Fact]
    public async Task Drained_WhenReaderLeavesAndAnotherComes_ThenNothingIsLost()
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("out");
        var first = StdioFixture.OpenReader(fifo);
        var (_, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: fifo));
        var data = new byte[4_000_000];
        new Random(3).NextBytes(data);

        var writing = child.WriteAsync(data);
        var received = new MemoryStream();
        var buffer = new byte[10_000];
        while (received.Length < 1_000_000)
        {
            received.Write(buffer, 0, first.Read(buffer));
        }

        await first.DisposeAsync();
        await using var second = StdioFixture.OpenReader(fifo);
        var rest = ReadToEndAsync(second);
        await writing.WaitAsync(StdioFixture.Limit);
        child.Exit();
        received.Write(await rest);

        Assert.True(received.ToArray().AsSpan().SequenceEqual(data));
    }

    [Fact]
    public async Task Drained_WhenReaderIsAwayAtTheEnd_ThenItStillFindsTheLastBytes()
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("out");
        var first = StdioFixture.OpenReader(fifo);
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: fifo));
        await first.DisposeAsync();

        child.Print("last words");
        child.Exit();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);

        using var late = Files.Open(fifo, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        var buffer = new byte[100];
        Assert.Equal("last words", Encoding.UTF8.GetString(buffer, 0, Files.Read(late, buffer)));
    }

    [Fact]
    public async Task PrepareAsync_WhenReaderComesLate_ThenWaitsForIt()
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("out");

        var preparing = fixture.PrepareAsync(StdioFixture.Request(stdout: fifo));
        Assert.False(preparing.IsCompleted);
        await using var reader = StdioFixture.OpenReader(fifo);

        await preparing.WaitAsync(StdioFixture.Limit);
    }

    [Fact]
    public async Task PrepareAsync_WhenNoReaderComes_ThenFailsWithTheLimit()
    {
        await using var fixture = new StdioFixture(
            new StdioOptions { FifoOpenLimit = TimeSpan.FromMilliseconds(60) });
        var fifo = fixture.MakeFifo("out");

        var refused = await Assert.ThrowsAsync<TaskException>(
            () => fixture.PrepareAsync(StdioFixture.Request(stdout: fifo)));

        Assert.Equal(ErrorKind.DeadlineExceeded, refused.Kind);
        Assert.Equal("stdout", refused.Field);
        Assert.Contains("nobody opened it for reading within 0.06 s", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PrepareAsync_WhenCancelledWhileWaiting_ThenStopsWaiting()
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("out");
        using var cancel = new CancellationTokenSource();

        var preparing = fixture.Service.PrepareAsync(StdioFixture.Request(stdout: fifo), default, cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => preparing.WaitAsync(StdioFixture.Limit));
    }

    [Theory]
    [InlineData("missing", ErrorKind.InvalidArgument)]
    [InlineData("directory", ErrorKind.InvalidArgument)]
    public async Task PrepareAsync_WhenPathIsNotAFifo_ThenInvalidArgument(string name, ErrorKind kind)
    {
        await using var fixture = new StdioFixture();
        Directory.CreateDirectory(fixture.PathOf("directory"));

        var refused = await Assert.ThrowsAsync<TaskException>(
            () => fixture.PrepareAsync(StdioFixture.Request(stdout: fixture.PathOf(name))));

        Assert.Equal(kind, refused.Kind);
        Assert.Equal("stdout", refused.Field);
    }

    [Fact]
    public async Task ReadInput_WhenClientLeavesAndComesBack_ThenInputGoesOnUntilCloseStdin()
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("in");
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdin: fifo));
        var reading = child.ReadInputAsync();

        await File.WriteAllTextAsync(fifo, "first ");
        await File.WriteAllTextAsync(fifo, "second");
        Assert.False(reading.IsCompleted);
        stdio.CloseStdin();

        Assert.Equal("first second", Encoding.UTF8.GetString(await reading.WaitAsync(StdioFixture.Limit)));
    }

    [Fact]
    public async Task CloseStdin_WhenCalledBeforeAnybodyOpenedTheFifo_ThenTheEndIsNotLost()
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("in");
        var stdio = await fixture.PrepareAsync(StdioFixture.Request(stdin: fifo));
        using var child = new FakeChild(stdio);

        stdio.CloseStdin();
        stdio.Launched();

        Assert.Empty(await child.ReadInputAsync().WaitAsync(StdioFixture.Limit));
    }

    [Fact]
    public async Task ReadInput_WhenInputIsLarge_ThenAllOfItArrives()
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("in");
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdin: fifo));
        var data = new byte[5_000_000];
        new Random(5).NextBytes(data);

        var reading = child.ReadInputAsync();
        await File.WriteAllBytesAsync(fifo, data);
        stdio.CloseStdin();

        Assert.True((await reading.WaitAsync(StdioFixture.Limit)).AsSpan().SequenceEqual(data));
    }

    [Fact]
    public async Task WriteInput_WhenContainerClosedItsStdin_ThenClientGetsEpipe()
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("in");
        var (_, child) = await fixture.LaunchAsync(StdioFixture.Request(stdin: fifo));
        child.Exit();

        using var client = Files.Open(fifo, OpenFlags.WriteOnly);
        var refused = await Assert.ThrowsAsync<Linux.Errors.KernelException>(() => Task.Factory.StartNew(
            () =>
            {
                while (true)
                {
                    Files.Write(client, new byte[4096]);
                }
            },
            TaskCreationOptions.LongRunning).WaitAsync(StdioFixture.Limit));

        Assert.Equal(Linux.Errors.Errno.EPIPE, refused.Errno);
    }

    [Fact]
    public async Task Write_WhenReaderIsAwayAndTheOldestMayGo_ThenTheContainerNeverWaitsAndTheNewestStay()
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("out");
        var first = StdioFixture.OpenReader(fifo);
        var (stdio, child) = await fixture.LaunchAsync(
            StdioFixture.Request(stdout: fifo), new StdioSettings("c", default, Tasks.Ports.WhenFull.DropOldest));
        await first.DisposeAsync();
        var data = new byte[8_000_000];
        new Random(9).NextBytes(data);

        await child.WriteAsync(data).WaitAsync(StdioFixture.Limit);
        child.Exit();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);

        await using var late = StdioFixture.OpenReader(fifo);
        var kept = await ReadToEndAsync(late);
        Assert.InRange(kept.Length, 32 * 1024, 2_000_000);
        Assert.True(kept.AsSpan().SequenceEqual(data.AsSpan(data.Length - kept.Length)));
        Assert.Contains("away or slow", Assert.Single(fixture.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task IsPending_WhenNobodyReads_ThenTrueUntilAReaderTakesTheRest()
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("out");
        await using var reader = StdioFixture.OpenReader(fifo);
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: fifo));
        Assert.False(stdio.IsPending);

        var writing = child.WriteAsync(new byte[1_000_000]);
        await UntilAsync(() => stdio.IsPending);
        var reading = ReadToEndAsync(reader);
        await writing.WaitAsync(StdioFixture.Limit);
        child.Exit();

        Assert.Equal(1_000_000, (await reading).Length);
        await stdio.Drained.WaitAsync(StdioFixture.Limit);
        Assert.False(stdio.IsPending);
    }

    [Fact]
    public async Task Drained_WhenTargetsAreDevicesOrFiles_ThenTheyAreUsedAsTheyAre()
    {
        await using var fixture = new StdioFixture();
        await File.WriteAllTextAsync(fixture.PathOf("in"), "from a file");
        await File.WriteAllTextAsync(fixture.PathOf("log"), "before ");
        var (stdio, child) = await fixture.LaunchAsync(
            StdioFixture.Request(fixture.PathOf("in"), fixture.PathOf("log"), "/dev/null"));
        stdio.CloseStdin();

        Assert.Equal(
            "from a file", Encoding.UTF8.GetString(await child.ReadInputAsync().WaitAsync(StdioFixture.Limit)));
        child.Print("after");
        child.PrintError("nowhere");
        child.Exit();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);

        Assert.Equal("before after", await File.ReadAllTextAsync(fixture.PathOf("log")));
    }

    [Fact]
    public async Task Drained_WhenBothStreamsNameOneFile_ThenItIsMadeReadableWithItsDirectories()
    {
        await using var fixture = new StdioFixture();
        var file = fixture.PathOf("a/b/out");
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request("", $"file://{file}", $"file://{file}"));

        child.Print("one ");
        await UntilAsync(() => new FileInfo(file).Length == 4);
        child.PrintError("two");
        child.Exit();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);

        Assert.Equal("one two", await File.ReadAllTextAsync(file));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Drained_WhenOneReaderIsStuck_ThenOtherContainersOutputGoesOn()
    {
        await using var fixture = new StdioFixture();
        var stuck = fixture.MakeFifo("stuck");
        var free = fixture.MakeFifo("free");
        var waiting = fixture.MakeFifo("nobody");
        await using var sleeper = StdioFixture.OpenReader(stuck);
        await using var reader = StdioFixture.OpenReader(free);
        using var giveUp = new CancellationTokenSource();
        var opening = fixture.Service.PrepareAsync(
            StdioFixture.Request(stdout: waiting), new StdioSettings("w"), giveUp.Token);
        var (blocked, first) = await fixture.LaunchAsync(StdioFixture.Request(stdout: stuck));
        var writing = first.WriteAsync(new byte[1_000_000]);
        await UntilAsync(() => blocked.IsPending);

        var (_, second) = await fixture.LaunchAsync(StdioFixture.Request(stdout: free));
        var reading = ReadToEndAsync(reader);
        await second.WriteAsync(new byte[5_000_000]).WaitAsync(StdioFixture.Limit);
        second.Exit();

        Assert.Equal(5_000_000, (await reading).Length);
        Assert.False(writing.IsCompleted);
        Assert.False(opening.IsCompleted);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(StdioFixture.Limit));
        await sleeper.DisposeAsync();
        await blocked.CloseAsync();
        await Assert.ThrowsAsync<Linux.Errors.KernelException>(() => writing.WaitAsync(StdioFixture.Limit));
    }

    [Fact]
    public async Task Drained_WhenTheReaderHasNotReadYet_ThenWaitsForIt()
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("out");
        await using var reader = StdioFixture.OpenReader(fifo);
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: fifo));

        child.Print("not read yet");
        child.Exit();
        await UntilAsync(() => stdio.IsPending);
        Assert.False(stdio.Drained.IsCompleted);

        Assert.Equal("not read yet", Encoding.UTF8.GetString(await ReadToEndAsync(reader)));
        await stdio.Drained.WaitAsync(StdioFixture.Limit);
        Assert.False(stdio.IsPending);
    }

    [Fact]
    public async Task CloseAsync_WhenTheReaderNeverReads_ThenEndsTheWaiting()
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("out");
        await using var reader = StdioFixture.OpenReader(fifo);
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: fifo));
        child.Print("never read");
        child.Exit();
        await UntilAsync(() => stdio.IsPending);

        await stdio.CloseAsync().AsTask().WaitAsync(StdioFixture.Limit);

        await stdio.Drained.WaitAsync(StdioFixture.Limit);
    }

    private static async Task UntilAsync(Func<bool> reached)
    {
        using var limit = new CancellationTokenSource(StdioFixture.Limit);
        while (!reached())
        {
            await Task.Delay(5, limit.Token);
        }
    }

    private static Task<byte[]> ReadToEndAsync(FileStream reader) => Task.Factory.StartNew(
        () =>
        {
            var all = new MemoryStream();
            reader.CopyTo(all);
            return all.ToArray();
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default).WaitAsync(StdioFixture.Limit);
}
