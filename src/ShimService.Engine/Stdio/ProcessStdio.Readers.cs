using ShimService.Engine.Stdio.Pumps;
using ShimService.Engine.Stdio.Sinks;

namespace ShimService.Engine.Stdio;

/// <summary>The clients at the other ends of output fifos, when the process has exited.</summary>
public sealed partial class ProcessStdio
{
    /// <summary>Looks without a pause, in which a reader that reads anyway is done.</summary>
    private const int EagerLooks = 4;

    private bool HasFifos => _copies && (_parts.StdoutSink is FifoSink || _parts.StderrSink is FifoSink);

    /// <summary>
    /// After <see cref="ProcessExited"/>: completes when the readers that are there have taken what the process wrote,
    /// or take nothing for <see cref="StdioOptions.ReadersIdle"/>, or <see cref="StdioOptions.ReadersLimit"/> is over.
    /// Completed already where nothing is left or no fifo is written.
    /// </summary>
    internal Task AwaitReadersAsync() =>
        _drained.Task.IsCompleted || !HasFifos ? Task.CompletedTask : WatchReadersAsync();

    /// <inheritdoc/>
    public async ValueTask<bool> IsForsakenAsync()
    {
        var forsaken = false;
        if (HasFifos)
        {
            await _loop.PostAsync(() => forsaken = IsForsaken());
        }

        return forsaken;
    }

    private async Task WatchReadersAsync()
    {
        var began = _time.GetTimestamp();
        var moved = began;
        List<ReaderDebt>? debts = null;
        var (owed, taken, before) = (false, 0L, -1L);
        var wait = FirstLook;
        for (var look = 1; ; look++)
        {
            await _loop.PostAsync(() => (owed, taken) = Look(debts ??= MakeDebts()));
            if (!owed || _time.GetElapsedTime(began) >= _options.ReadersLimit)
            {
                return;
            }

            if (taken != before)
            {
                before = taken;
                moved = _time.GetTimestamp();
            }
            else if (_time.GetElapsedTime(moved) >= _options.ReadersIdle)
            {
                return;
            }

            if (look > EagerLooks)
            {
                await Task.Delay(wait, _time, CancellationToken.None);
                wait = wait < LongestLook ? wait * 2 : wait;
            }
        }
    }

    private List<ReaderDebt> MakeDebts()
    {
        var debts = new List<ReaderDebt>(2);
        foreach (var output in _outputs)
        {
            if (output.Fifo is { } fifo)
            {
                debts.Add(new ReaderDebt(output, fifo, untilEnd: _terminal));
            }
        }

        return debts;
    }

    private (bool Owed, long Taken) Look(List<ReaderDebt> debts)
    {
        var owed = false;
        var taken = 0L;
        foreach (var debt in debts)
        {
            owed |= !_closed && debt.IsOwed;
            taken += debt.Taken;
        }

        return (owed, taken);
    }

    private bool IsForsaken()
    {
        var isLeft = false;
        foreach (var output in _outputs)
        {
            if (output.IsDone && output.Fifo is null or { Unread: 0 })
            {
                continue;
            }

            if (output.Fifo is not { } fifo || fifo.HasOtherReader())
            {
                return false;
            }

            isLeft = true;
        }

        return isLeft;
    }
}
