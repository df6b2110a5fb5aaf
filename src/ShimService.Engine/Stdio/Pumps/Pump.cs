using System.Buffers;
using ShimService.Engine.Stdio.Attach;
using ShimService.Engine.Stdio.Loop;
using ShimService.Engine.Stdio.Sinks;
using ShimService.Linux.Stdio;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio.Pumps;

/// <summary>
/// Moves one stream from its source to its sink and the attachers.
/// <code>
///             ┌── readable ──▶ read 64 KiB ──▶ hub: sink + attachers ──┬── all taken ──▶ again
///   wait for ─┤                  or splice, when a pipe takes bulk      └── rest kept, wait for writable
///             └── end of file ─▶ sink.End ──▶ onFinished
/// </code>
/// Small pieces are copied even where splice would do: spliced one by one they would each take a slot of the fifo,
/// and a reader that is away for a moment would stop the container after 16 lines.
/// Everything runs on the stdio thread.
/// </summary>
internal sealed class Pump : IWatcher
{
    /// <summary>Transfers per turn, so that one busy container leaves the others their share.</summary>
    private const int TransfersPerTurn = 16;

    private const int SpliceBytes = 1 << 20;
    private const int BulkBytes = 16 * 1024;

    /// <summary>
    /// After a megabyte or so at a stretch both pipes grow to what any user may have: twice the speed.
    /// </summary>
    private const int SplicesBeforeGrowth = 16;

    private const int GrownPipeBytes = 1 << 20;

    private readonly StdioLoop _loop;
    private readonly PumpSource _source;
    private readonly StdioStream _stream;
    private readonly OutputHub? _hub;
    private readonly SinkLoss _onSinkLoss;
    private readonly Action _onFinished;
    private readonly Watch _sourceWatch;
    private IStdioSink? _sink;
    private Watch? _sinkWatch;
    private byte[] _pending = [];
    private int _pendingStart;
    private int _pendingEnd;
    private bool _bulk;
    private int _bulkSplices;
    private bool _spliceRefused;
    private bool _lastCall;
    private bool _hungUp;
    private bool _done;
    private volatile bool _waitsForSink;

    /// <summary>
    /// Takes over the source, and ends the sink. <paramref name="sink"/> null: attachers only.
    /// <paramref name="onFinished"/> is called once, when the source has ended and the sink has everything, or the
    /// pump was stopped.
    /// </summary>
    public Pump(
        StdioLoop loop,
        PumpSource source,
        IStdioSink? sink,
        OutputHub? hub,
        StdioStream stream,
        SinkLoss onSinkLoss,
        Action onFinished)
    {
        _loop = loop;
        _source = source;
        _sink = sink;
        _hub = hub;
        _stream = stream;
        _onSinkLoss = onSinkLoss;
        _onFinished = onFinished;
        _sourceWatch = loop.Watch(source.Descriptor, this);
        _sourceWatch.Arm(Readiness.Readable);
    }

    /// <summary>Bytes wait because the sink does not take them. Any thread.</summary>
    public bool WaitsForSink => _waitsForSink;

    /// <summary>Nothing comes any more, and the sink has all there was. Stdio thread, as all that follows.</summary>
    public bool IsDone => _done;

    /// <summary>The sink, where a client reads it.</summary>
    public FifoSink? Fifo => _sink as FifoSink;

    /// <summary>How many bytes the sink was given.</summary>
    public long Delivered { get; private set; }

    /// <summary>How many bytes were written that the sink has not been given yet.</summary>
    public long Undelivered => _done ? 0 : _pendingEnd - _pendingStart + StreamIo.CountInput(_source.Descriptor);

    /// <summary>
    /// Ends once what is there now has been moved; for a terminal, whose end does not show by itself.
    /// </summary>
    public void FinishWhenEmpty()
    {
        _lastCall = true;
        if (!_done && _pendingStart == _pendingEnd)
        {
            OnReady();
        }
    }

    /// <summary>Ends now, whatever is left.</summary>
    public void Stop()
    {
        if (_done)
        {
            return;
        }

        _done = true;
        _waitsForSink = false;
        _sourceWatch.Dispose();
        _sinkWatch?.Dispose();
        _source.Dispose();
        _sink?.End();
        ReturnPending();
        _onFinished();
    }

    public void OnReady()
    {
        if (_done)
        {
            return;
        }

        _waitsForSink = false;
        try
        {
            for (var transfer = 0; transfer < TransfersPerTurn; transfer++)
            {
                if (!(_pendingStart < _pendingEnd ? TryFlush() : TryMove()))
                {
                    return;
                }
            }

            ArmSource();
        }
        catch
        {
            Stop();
            throw;
        }
    }

    private bool CanSplice => _bulk
        && !_spliceRefused
        && _source.GivesSplice
        && _sink is { TakesSplice: true }
        && _hub?.HasAttachments != true;

    private bool TryMove() => CanSplice ? TrySplice() : TryCopy();

    /// <summary>One read and its delivery. False: wait (armed already), or finished.</summary>
    private bool TryCopy()
    {
        var buffer = _loop.Buffer;
        var result = _source.Read(buffer);
        if (!result.Succeeded)
        {
            return OnReadRefused(result);
        }

        if (result.Count == 0)
        {
            Stop();
            return false;
        }

        _hungUp = false;
        _bulk = result.Count >= BulkBytes;
        var data = buffer.AsSpan(0, result.Count);
        var taken = _hub is null ? _sink!.Write(data) : _hub.Deliver(_stream, _sink, data);
        if (taken == IStdioSink.SinkGone)
        {
            return OnSinkGone();
        }

        Delivered += taken;
        return taken == data.Length || Keep(data[taken..]);
    }

    private bool TrySplice()
    {
        var target = _sink!.Descriptor!;
        var result = StreamIo.Splice(_source.Descriptor, target, SpliceBytes);
        if (result.Succeeded)
        {
            _bulk = result.Count >= BulkBytes;
            Delivered += result.Count;
            if (result.Count == 0)
            {
                Stop();
            }
            else if (_bulk && ++_bulkSplices == SplicesBeforeGrowth)
            {
                Descriptors.TryGrowPipe(_source.Descriptor, GrownPipeBytes);
                Descriptors.TryGrowPipe(target, GrownPipeBytes);
            }

            return result.Count > 0;
        }

        if (!result.WouldBlock)
        {
            // What the kernel does not splice (EINVAL), or not now (ENOMEM), can still be copied.
            _spliceRefused = true;
            return true;
        }

        if (StreamIo.IsReady(_source.Descriptor, Readiness.Readable))
        {
            if (_sink.TryMakeRoom())
            {
                return true;
            }

            ArmSink();
        }
        else
        {
            _bulk = false;
            ArmSource();
        }

        return false;
    }

    private bool TryFlush()
    {
        var rest = _pending.AsSpan(_pendingStart, _pendingEnd - _pendingStart);
        var taken = _sink!.Write(rest);
        if (taken == IStdioSink.SinkGone)
        {
            ReturnPending();
            return OnSinkGone();
        }

        Delivered += taken;
        _pendingStart += taken;
        if (_pendingStart == _pendingEnd)
        {
            ReturnPending();
            return true;
        }

        ArmSink();
        return false;
    }

    private bool OnReadRefused(IoResult result)
    {
        if (_source.IsHungUp(result) && !_lastCall)
        {
            if (!_hungUp)
            {
                _hungUp = true;
                _sourceWatch.ArmForChanges();
            }
        }
        else if (result.WouldBlock && !_lastCall)
        {
            ArmSource();
        }
        else
        {
            Stop();
        }

        return false;
    }

    private bool OnSinkGone()
    {
        _sinkWatch?.Dispose();
        _sinkWatch = null;
        _sink?.End();
        _sink = null;
        if (_onSinkLoss == SinkLoss.Stop)
        {
            Stop();
            return false;
        }

        return true;
    }

    private bool Keep(ReadOnlySpan<byte> rest)
    {
        _pending = ArrayPool<byte>.Shared.Rent(rest.Length);
        rest.CopyTo(_pending);
        _pendingStart = 0;
        _pendingEnd = rest.Length;
        ArmSink();
        return false;
    }

    private void ReturnPending()
    {
        if (_pending.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_pending);
        }

        _pending = [];
        _pendingStart = 0;
        _pendingEnd = 0;
    }

    private void ArmSource()
    {
        if (_hungUp)
        {
            _sourceWatch.ArmForChanges();
        }
        else
        {
            _sourceWatch.Arm(Readiness.Readable);
        }
    }

    private void ArmSink()
    {
        _sinkWatch ??= _loop.Watch(_sink!.Descriptor!, this);
        _sinkWatch.Arm(Readiness.Writable);
        _waitsForSink = true;
    }
}
