using ShimService.Engine.Stdio.Loop;
using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Linux.Stdio;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Stdio.Input;

/// <summary>
/// Input fed by attachers, one write after another. A full pipe makes the writer wait: that is the backpressure,
/// nothing is queued here. The descriptor is used and closed on the stdio thread only, so that a close can never
/// meet a write. Errors: FailedPrecondition when the input is closed or nobody reads it any more.
/// </summary>
internal sealed class StdinWriter : IWatcher
{
    private readonly StdioLoop _loop;
    private readonly FileDescriptor _target;
    private readonly List<PendingWrite> _pending = [];
    private Watch? _watch;
    private bool _closed;

    /// <summary>Takes over the non-blocking <paramref name="target"/>.</summary>
    public StdinWriter(StdioLoop loop, FileDescriptor target)
    {
        _loop = loop;
        _target = target;
    }

    /// <summary>Completes when the kernel has every byte. Cancelled: some of them may be written.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancel)
    {
        var write = new PendingWrite(data);
        _loop.Post(() => Begin(write));
        try
        {
            await write.Task.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            // The buffer goes back to the caller: nothing of it may be used after this.
            await _loop.PostAsync(() => _pending.Remove(write));
            throw;
        }
    }

    /// <summary>Ends the input. What was written before and still waits for room is refused. Any thread.</summary>
    public void Close() => _loop.Post(CloseNow);

    /// <summary>Ends the input. Stdio thread.</summary>
    public void CloseNow()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        _watch?.Dispose();
        _target.Dispose();
        RefuseAll(Refusal(ErrorReason.WrongState, "it was closed"));
    }

    public void OnReady()
    {
        while (!_closed && _pending.Count > 0)
        {
            var write = _pending[0];
            var result = StreamIo.Write(_target, write.Rest.Span);
            if (result.WouldBlock)
            {
                WaitUntilWritable();
                return;
            }

            if (!result.Succeeded)
            {
                RefuseAll(Refusal(
                    ErrorReason.ProcessGone,
                    result.Errno is Errno.EPIPE or Errno.EIO
                        ? "nobody reads it any more"
                        : $"the kernel answered {result.Errno}"));
                return;
            }

            write.Rest = write.Rest[result.Count..];
            if (write.Rest.IsEmpty)
            {
                _pending.RemoveAt(0);
                write.TrySetResult();
            }
        }
    }

    private void Begin(PendingWrite write)
    {
        if (_closed)
        {
            write.TrySetException(Refusal(ErrorReason.WrongState, "it was closed"));
            return;
        }

        _pending.Add(write);
        if (_pending.Count == 1)
        {
            OnReady();
        }
    }

    private void WaitUntilWritable()
    {
        try
        {
            _watch ??= _loop.Watch(_target, this);
            _watch.Arm(Readiness.Writable);
        }
        catch (KernelException refused)
        {
            RefuseAll(refused);
        }
    }

    private void RefuseAll(Exception why)
    {
        foreach (var write in _pending)
        {
            write.TrySetException(why);
        }

        _pending.Clear();
    }

    private static TaskException Refusal(ErrorReason reason, string why) => new(
        ErrorKind.FailedPrecondition, reason, $"stdin cannot be written: {why}");
}
