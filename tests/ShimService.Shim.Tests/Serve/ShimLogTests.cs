using System.Text;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Shim.Serve;
using ShimService.Shim.Tests.Real;

namespace ShimService.Shim.Tests.Serve;

public sealed class ShimLogTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Write_WhenNobodyReadsTheFifo_ThenLinesAreLostAndCountedAndNoneIsTorn()
    {
        Fifo.Make(_directory["log"]);
        using var reader = Files.Open(_directory["log"], OpenFlags.ReadWrite | OpenFlags.NonBlocking);
        using var log = ShimLog.Open(_directory.Path, TimeProvider.System);
        for (var count = 0; count < 1000; count++)
        {
            log.Info(new string('x', 300));
        }

        log.Error("long", new InvalidOperationException(new string('y', 10_000)));
        Assert.InRange(Drain(reader).Length, 1, 64 * 1024);
        log.Error("long", new InvalidOperationException(new string('y', 10_000)));
        var long1 = Drain(reader);
        log.Info("after");
        var after = Drain(reader);

        Assert.Equal(4096, long1.Length);
        Assert.EndsWith("y\n", long1, StringComparison.Ordinal);
        Assert.Contains("msg=\"after\"", after, StringComparison.Ordinal);
        Assert.DoesNotContain("lost=", after, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_WhenLinesWereLost_ThenTheNextOneSaysHowMany()
    {
        Fifo.Make(_directory["log"]);
        using var reader = Files.Open(_directory["log"], OpenFlags.ReadWrite | OpenFlags.NonBlocking);
        using var log = ShimLog.Open(_directory.Path, TimeProvider.System);
        for (var count = 0; count < 1000; count++)
        {
            log.Info(new string('x', 300));
        }

        var kept = Drain(reader).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        log.Info("again");

        Assert.All(
            kept, line => Assert.EndsWith("runtime=io.containerd.shimservice.v2", line, StringComparison.Ordinal));
        Assert.Contains($"lost={1000 - kept.Length}\n", Drain(reader), StringComparison.Ordinal);
    }

    private static string Drain(FileDescriptor reader)
    {
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        try
        {
            while (Files.Read(reader, buffer) is > 0 and var count)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }
        catch (Linux.Errors.KernelException failure) when (failure.Errno == Linux.Errors.Errno.EAGAIN)
        {
            // Empty.
        }

        return text.ToString();
    }
}
