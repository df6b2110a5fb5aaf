using System.Threading.Channels;
using ShimService.Cli.Attached;

namespace ShimService.Cli.Tests;

public class SignalForwarderTests
{
    [Fact]
    public async Task Receive_WhenTheThirdAsksForAnEnd_ThenWeLeaveAndAllWereHandedOn()
    {
        var seen = Channel.CreateUnbounded<int>();
        await using var signals = new SignalForwarder(false, signal => seen.Writer.WriteAsync(signal).AsTask());

        foreach (int signal in (int[])[15, 1, 2, 10])
        {
            signals.Receive(signal);
        }

        for (int i = 0; i < 4; i++)
        {
            await seen.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        }

        Assert.False(signals.Left.IsCancellationRequested);
        signals.Receive(15);

        Assert.True(signals.Left.IsCancellationRequested);
        Assert.Equal(128 + 15, signals.Departure.Status);
    }

    [Fact]
    public async Task DisposeAsync_WhenAHandingOnNeverEnds_ThenLeavingEndsItAllTheSame()
    {
        var signals = new SignalForwarder(false, _ => new TaskCompletionSource().Task);

        for (int i = 0; i < 3; i++)
        {
            signals.Receive(2);
        }

        await signals.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
    }
}
