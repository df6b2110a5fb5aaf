using System.Diagnostics;
using ShimService.Engine.Tests.Stdio.Support;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Stdio;
using Xunit.Abstractions;

namespace ShimService.Engine.Tests.Stdio;

/// <summary>
/// A sanity bound, far below what a quiet machine does; the figures themselves are in the test's output.
/// SHIMSERVICE_STDIO_MEGABYTES sets the amount (200).
/// </summary>
[Collection(ExclusiveCollection.Name)]
public sealed class ThroughputTests(ITestOutputHelper output)
{
    private static readonly long Bytes =
        long.Parse(Environment.GetEnvironmentVariable("SHIMSERVICE_STDIO_MEGABYTES") ?? "200") * 1_000_000;

    [Theory]
    [InlineData("fifo")]
    [InlineData("file")]
    [InlineData("log")]
    public async Task Drained_WhenOutputIsLarge_ThenSecondsAreEnough(string kind)
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("out");
        var target = kind == "fifo" ? fifo : $"{kind}://{fixture.PathOf("out.log")}";
        using var reader = Files.Open(fifo, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        Native.SetBlocking(reader);
        var (stdio, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: target));
        var clock = Stopwatch.StartNew();

        var reading = kind == "fifo" ? DiscardAsync(reader) : Task.FromResult(0L);
        await Task.Factory.StartNew(() => Produce(child.Stdout), TaskCreationOptions.LongRunning)
            .WaitAsync(TimeSpan.FromMinutes(1));
        child.Exit();
        await stdio.Drained.WaitAsync(StdioFixture.Limit);
        var read = await reading.WaitAsync(StdioFixture.Limit);

        output.WriteLine($"{kind}: {Bytes / clock.Elapsed.TotalSeconds / 1e6:F0} MB/s");
        if (kind == "fifo")
        {
            Assert.Equal(Bytes, read);
        }

        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5 + (Bytes / 50e6));
    }

    /// <summary>
    /// The other way of doing it, in the same run: 4 KiB read, 4 KiB written, which is how containerd's own shim
    /// copies.
    /// </summary>
    [Fact]
    public async Task Drained_WhenComparedWithASmallCopyLoop_ThenSeveralTimesFaster()
    {
        var ours = 0.0;
        var theirs = 0.0;
        for (var round = 0; round < 3; round++)
        {
            ours = Math.Max(ours, await MeasureAsync(async fixture =>
            {
                var (_, child) = await fixture.LaunchAsync(StdioFixture.Request(stdout: fixture.PathOf("out")));
                return child.Stdout;
            }));
            theirs = Math.Max(theirs, await MeasureAsync(fixture =>
            {
                var pipe = Descriptors.CreatePipe();
                var fifo = Files.Open(fixture.PathOf("out"), OpenFlags.WriteOnly);
                _ = Task.Factory.StartNew(() => CopySmall(pipe.Read, fifo), TaskCreationOptions.LongRunning);
                return Task.FromResult(pipe.Write);
            }));
        }

        output.WriteLine($"{ours:F0} MB/s, a loop of 4 KiB {theirs:F0} MB/s: {ours / theirs:F1} x");
        Assert.InRange(ours / theirs, 1.5, 1000);
    }

    private static async Task<double> MeasureAsync(Func<StdioFixture, Task<FileDescriptor>> start)
    {
        await using var fixture = new StdioFixture();
        var fifo = fixture.MakeFifo("out");
        using var reader = Files.Open(fifo, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        Native.SetBlocking(reader);
        var writeEnd = await start(fixture);
        var clock = Stopwatch.StartNew();
        var reading = DiscardAsync(reader);
        await Task.Factory.StartNew(() => Produce(writeEnd), TaskCreationOptions.LongRunning)
            .WaitAsync(TimeSpan.FromMinutes(1));
        writeEnd.Dispose();
        foreach (var stdio in fixture.Opened)
        {
            await stdio.Drained.WaitAsync(StdioFixture.Limit);
        }

        Assert.Equal(Bytes, await reading.WaitAsync(StdioFixture.Limit));
        return Bytes / clock.Elapsed.TotalSeconds / 1e6;
    }

    private static void CopySmall(FileDescriptor source, FileDescriptor target)
    {
        using (source)
        using (target)
        {
            var buffer = new byte[4096];
            for (int count; (count = Files.Read(source, buffer)) > 0;)
            {
                Files.Write(target, buffer.AsSpan(0, count));
            }
        }
    }

    private static void Produce(FileDescriptor target)
    {
        var block = new byte[64_000];
        for (var i = 0; i < block.Length; i++)
        {
            block[i] = (byte)(i % 100 == 99 ? '\n' : 'x');
        }

        for (var left = Bytes; left > 0; left -= block.Length)
        {
            Files.Write(target, block.AsSpan(0, (int)Math.Min(left, block.Length)));
        }
    }

    /// <summary>Splices to /dev/null, so that the reader is not what is measured.</summary>
    private static Task<long> DiscardAsync(FileDescriptor reader) => Task.Factory.StartNew(
        () =>
        {
            using var nowhere = Files.Open("/dev/null", OpenFlags.WriteOnly);
            long total = 0;
            while (true)
            {
                var result = StreamIo.Splice(reader, nowhere, 1 << 20);
                if (result.WouldBlock)
                {
                    // Readiness only: a blocking read here would copy.
                    StreamIo.WaitUntilReady(reader, Readiness.Readable);
                    continue;
                }

                if (result.Count == 0)
                {
                    return total;
                }

                total += result.Count;
            }
        },
        TaskCreationOptions.LongRunning);
}
