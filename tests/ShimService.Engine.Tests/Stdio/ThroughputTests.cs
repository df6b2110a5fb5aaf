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
        await Task.Factory.StartNew(() => Produce(child), TaskCreationOptions.LongRunning)
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

    private static void Produce(FakeChild child)
    {
        var block = new byte[64_000];
        for (var i = 0; i < block.Length; i++)
        {
            block[i] = (byte)(i % 100 == 99 ? '\n' : 'x');
        }

        for (var left = Bytes; left > 0; left -= block.Length)
        {
            Files.Write(child.Stdout, block.AsSpan(0, (int)Math.Min(left, block.Length)));
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
