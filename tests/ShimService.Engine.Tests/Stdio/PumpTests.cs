using ShimService.Engine.Stdio.Loop;
using ShimService.Engine.Stdio.Pumps;
using ShimService.Engine.Stdio.Sinks;
using ShimService.Engine.Tests.Stdio.Support;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Stdio;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Tests.Stdio;

public sealed class PumpTests
{
    [Fact]
    public async Task OnReady_WhenTheKernelRefusesToSplice_ThenCopies()
    {
        using var loop = new StdioLoop(_ => { });
        var path = Path.GetTempFileName();
        using var file = Files.Open(path, OpenFlags.WriteOnly | OpenFlags.Append);
        var sink = new AppendOnlySink(file);
        var finished = new TaskCompletionSource();
        var pipe = Descriptors.CreatePipe();
        Descriptors.SetNonBlocking(pipe.Read);
        var data = new byte[3_000_000];
        new Random(4).NextBytes(data);
        loop.Post(() => _ = new Pump(
            loop, new PumpSource(pipe.Read, FileKind.Fifo), sink, hub: null, StdioStream.Stdout, SinkLoss.Drain,
            finished.SetResult));

        await Task.Factory.StartNew(() => Files.Write(pipe.Write, data), TaskCreationOptions.LongRunning)
            .WaitAsync(StdioFixture.Limit);
        pipe.Write.Dispose();
        await finished.Task.WaitAsync(StdioFixture.Limit);

        Assert.True((await File.ReadAllBytesAsync(path)).AsSpan().SequenceEqual(data));
        File.Delete(path);
    }

    /// <summary>Says that it takes spliced bytes, which the kernel refuses of an append-only file (EINVAL).</summary>
    private sealed class AppendOnlySink(FileDescriptor file) : IStdioSink
    {
        public FileDescriptor? Descriptor => file;

        public bool TakesSplice => true;

        public int Write(ReadOnlySpan<byte> data) => StreamIo.Write(file, data).Count;

        public void End()
        {
        }

        public void Dispose()
        {
        }
    }
}
