using ShimService.Engine.Stdio.Pumps;
using ShimService.Engine.Stdio.Sinks;
using ShimService.Linux;
using ShimService.Linux.Stdio;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio;

/// <summary>What runs on the stdio thread.</summary>
public sealed partial class ProcessStdio
{
    // Replaced as a whole, never changed: read by other threads.
    private volatile Pump[] _outputs = [];
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(16);

    private Pump? _input;
    private int _runningOutputs;
    private bool _closed;
    private volatile bool _awaitsReaders;

    private void Start()
    {
        if (_closed)
        {
            return;
        }

        StartOutput(StdioStream.Stdout);
        StartOutput(StdioStream.Stderr);
        if (_parts.InputTarget is { } target && _parts.InputSource is not null)
        {
            StartInput(target, FileKind.Fifo);
        }

        if (_outputs.Length == 0 && !_terminal)
        {
            EndOutput();
        }
    }

    private void StartOutput(StdioStream stream)
    {
        if (_parts.SourceOf(stream) is { } source)
        {
            StartOutput(source, stream);
        }
    }

    private void StartOutput(PumpSource source, StdioStream stream)
    {
        _runningOutputs++;
        _outputs =
        [
            .. _outputs,
            new Pump(_loop, source, _parts.SinkOf(stream), _hub, stream, SinkLoss.Drain, OnOutputFinished),
        ];
    }

    private void StartInput(FileDescriptor target, FileKind kind) => _input = new Pump(
        _loop,
        _parts.InputSource!,
        new DescriptorSink(target, kind),
        hub: null,
        StdioStream.Stdout,
        SinkLoss.Stop,
        // The holder goes with its reader, so that a client still writing gets EPIPE instead of waiting for ever.
        () => _parts.InputHolder?.Dispose());

    private void OnOutputFinished()
    {
        if (--_runningOutputs == 0)
        {
            EndOutput();
        }
    }

    private void EndOutput()
    {
        _hub.End();
        if (_terminal)
        {
            CloseTerminal();
        }

        if (IsUnread)
        {
            _awaitsReaders = true;
            _ = AwaitLastReadsAsync();
        }
        else
        {
            _drained.TrySetResult();
        }
    }

    private bool IsUnread =>
        _parts.StdoutSink is FifoSink { IsUnread: true } || _parts.StderrSink is FifoSink { IsUnread: true };

    // Nothing tells that a reader has taken the last byte. Looked at on the stdio thread, where the fifos are closed.
    private async Task AwaitLastReadsAsync()
    {
        for (var wait = FirstLook; _awaitsReaders; wait = wait < LongestLook ? wait * 2 : wait)
        {
            await Task.Delay(wait, _time, CancellationToken.None);
            await _loop.PostAsync(() => _awaitsReaders &= IsUnread);
        }

        _drained.TrySetResult();
    }

    /// <summary>
    /// A fifo ends when its last writer goes: ours now, its clients' by themselves. Input of a terminal from the
    /// caller's descriptor just stops.
    /// </summary>
    private void EndInput()
    {
        if (_parts.InputHolder is { } holder)
        {
            holder.Dispose();
        }
        else if (_parts.InputSource?.EndsByItself != true)
        {
            _input?.Stop();
        }
    }

    private void CloseNow()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        _awaitsReaders = false;
        _input?.Stop();
        _writer?.CloseNow();
        foreach (var output in _outputs)
        {
            output.Stop();
        }

        _hub.End();
        CloseTerminal();
        _parts.Dispose();
        _drained.TrySetResult();
    }
}
