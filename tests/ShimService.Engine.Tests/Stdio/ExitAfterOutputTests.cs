using System.Diagnostics;
using ShimService.Engine.Stdio;
using ShimService.Engine.Tests.Stdio.Support;

namespace ShimService.Engine.Tests.Stdio;

/// <summary>How long a process's exit is kept back for those who read its output.</summary>
public sealed class ExitAfterOutputTests
{
    private const int Bytes = 6_000_000;

    [Fact]
    public async Task AwaitReaders_WhenTheReaderIsSlowAndClosesAtTheExit_ThenItHasGotEverything()
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("out");
        await using var reader = StdioFixture.OpenReader(fifo);
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: fifo));
        var exited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // As ctr: what has not been read when the exit is known is not read at all.
        var reading = ReadUntilAsync(reader, exited.Task);
        await child.WriteAsync(new byte[Bytes]).WaitAsync(StdioFixture.Limit);
        child.Exit();
        stdio.ProcessExited();
        await stdio.AwaitReadersAsync().WaitAsync(StdioFixture.Limit);
        exited.SetResult();

        Assert.Equal(Bytes, await reading);
    }

    [Fact]
    public async Task AwaitReaders_WhenTheReaderStalls_ThenAQuarterOfASecond()
    {
        await using var fixture = new StdioFixture(new StdioOptions { ReadersLimit = TimeSpan.FromMinutes(1) });
        var fifo = fixture.MakeFifo("out");
        await using var reader = StdioFixture.OpenReader(fifo);
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: fifo));
        child.Print("never read");
        child.Exit();
        stdio.ProcessExited();

        var clock = Stopwatch.StartNew();
        await stdio.AwaitReadersAsync().WaitAsync(StdioFixture.Limit);

        Assert.InRange(clock.ElapsedMilliseconds, 240, 20_000);
        Assert.False(await stdio.IsForsakenAsync());
    }

    [Fact]
    public async Task AwaitReaders_WhenTheReaderNeverEnds_ThenNoLongerThanTheLimit()
    {
        await using var fixture = new StdioFixture(new StdioOptions
        {
            ReadersLimit = TimeSpan.FromMilliseconds(100), ReadersIdle = TimeSpan.FromMinutes(1),
        });
        var fifo = fixture.MakeFifo("out");
        await using var reader = StdioFixture.OpenReader(fifo);
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: fifo));
        child.Print("never read");
        child.Exit();

        var clock = Stopwatch.StartNew();
        await stdio.AwaitReadersAsync().WaitAsync(StdioFixture.Limit);

        Assert.InRange(clock.ElapsedMilliseconds, 90, 20_000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AwaitReaders_WhenNobodyReads_ThenAtOnceAndForsaken(bool streamEnds)
    {
        await using var fixture = new StdioFixture(Patient);
        var fifo = fixture.MakeFifo("out");
        var reader = StdioFixture.OpenReader(fifo);
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: fifo));
        child.Print("nobody reads this");
        if (streamEnds)
        {
            child.Exit();
            await UntilAsync(() => stdio.IsPending);
        }

        await reader.DisposeAsync();
        await stdio.AwaitReadersAsync().WaitAsync(StdioFixture.Limit);

        Assert.True(await stdio.IsForsakenAsync());
    }

    [Fact]
    public async Task AwaitReaders_WhenTheReaderLeavesMeanwhile_ThenAtOnce()
    {
        await using var fixture = new StdioFixture(Patient);
        var fifo = fixture.MakeFifo("out");
        var reader = StdioFixture.OpenReader(fifo);
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: fifo));
        var writing = child.WriteAsync(new byte[1_000_000]);
        await UntilAsync(() => stdio.IsPending);

        var waiting = stdio.AwaitReadersAsync();
        Assert.False(await stdio.IsForsakenAsync());
        Assert.False(waiting.IsCompleted);
        await reader.DisposeAsync();

        await waiting.WaitAsync(StdioFixture.Limit);
        Assert.True(await stdio.IsForsakenAsync());
        await stdio.CloseAsync();
        await Assert.ThrowsAsync<Linux.Errors.KernelException>(() => writing.WaitAsync(StdioFixture.Limit));
    }

    [Fact]
    public async Task AwaitReaders_WhenAReaderComesBackAfterTheEnd_ThenTheBytesAreStillThere()
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("out");
        var first = StdioFixture.OpenReader(fifo);
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: fifo));
        child.Print("kept");
        child.Exit();
        await UntilAsync(() => stdio.IsPending);
        await first.DisposeAsync();
        Assert.True(await stdio.IsForsakenAsync());

        await using var second = StdioFixture.OpenReader(fifo);
        Assert.False(await stdio.IsForsakenAsync());
        var buffer = new byte[100];

        Assert.Equal(4, await second.ReadAsync(buffer));
        Assert.Equal(0, await second.ReadAsync(buffer));
    }

    [Fact]
    public async Task AwaitReaders_WhenAChildMerelyHoldsTheStream_ThenAtOnce()
    {
        await using var fixture = new StdioFixture(Patient);
        var fifo = fixture.MakeFifo("out");
        await using var reader = StdioFixture.OpenReader(fifo);
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: fifo));
        child.Print("read");
        Assert.Equal(4, await reader.ReadAsync(new byte[100]));

        await stdio.AwaitReadersAsync().WaitAsync(StdioFixture.Limit);

        Assert.False(stdio.Drained.IsCompleted);
    }

    [Fact]
    public async Task AwaitReaders_WhenAllIsReadOrNoFifoIsWritten_ThenCompletedWithoutWaiting()
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("out");
        await using var reader = StdioFixture.OpenReader(fifo);
        var (read, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: fifo));
        var (logged, other) = await fixture.LaunchAsync(
            StdioFixture.Request(stdout: $"log://{fixture.PathOf("log")}"));
        other.Print("to a log");
        child.Exit();
        await read.Drained.WaitAsync(StdioFixture.Limit);

        Assert.True(read.AwaitReadersAsync().IsCompletedSuccessfully);
        Assert.True(logged.AwaitReadersAsync().IsCompletedSuccessfully);
    }

    /// <summary>Where a test waits for less than these, it does not end by them.</summary>
    private static StdioOptions Patient => new()
    {
        ReadersLimit = TimeSpan.FromMinutes(1), ReadersIdle = TimeSpan.FromMinutes(1),
    };

    private static async Task UntilAsync(Func<bool> reached)
    {
        using var limit = new CancellationTokenSource(StdioFixture.Limit);
        while (!reached())
        {
            await Task.Delay(5, limit.Token);
        }
    }

    private static Task<long> ReadUntilAsync(FileStream reader, Task exited) => Task.Factory.StartNew(
        () =>
        {
            var buffer = new byte[100_000];
            var total = 0L;
            while (!exited.IsCompleted && reader.Read(buffer) is > 0 and var count)
            {
                total += count;
                exited.Wait(3);
            }

            return total;
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default).WaitAsync(StdioFixture.Limit);
}
