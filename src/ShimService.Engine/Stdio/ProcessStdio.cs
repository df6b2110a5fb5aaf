using ShimService.Engine.Stdio.Attach;
using ShimService.Engine.Stdio.Input;
using ShimService.Engine.Stdio.Loggers;
using ShimService.Engine.Stdio.Loop;
using ShimService.Engine.Stdio.Open;
using ShimService.Linux;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio;

/// <summary>
/// The stdio of one process, from before its launch to its deletion.
/// <code>
///   PrepareAsync ─▶ launch with Child* ─▶ Launched ─▶ (UseTerminal) ─▶ … ProcessExited ─▶ Drained ─▶ CloseAsync
///                          └── failed ─▶ CloseAsync
/// </code>
/// Any thread may call any member; what they start runs on the stdio thread.
/// </summary>
public sealed partial class ProcessStdio : IProcessStdio
{
    private readonly StdioLoop _loop;
    private readonly StdioParts _parts;
    private readonly OutputHub _hub;
    private readonly bool _terminal;
    private readonly StdioOptions _options;
    private readonly TimeProvider _time;

    // False where the child has /dev/null or the caller's descriptors only: then there is no thread either.
    private readonly bool _copies;

    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile StdinWriter? _writer;

    internal ProcessStdio(StdioLoop loop, StdioParts parts, bool terminal, StdioOptions options)
    {
        _loop = loop;
        _parts = parts;
        _terminal = terminal;
        _options = options;
        _time = options.Time;
        _copies = terminal || parts.Copies;
        _hub = new OutputHub(options.AttachmentBytes, parts.Log);
        if (parts is { InputFromAttachers: true, InputTarget: { } target })
        {
            _writer = new StdinWriter(loop, target);
        }
    }

    /// <summary>
    /// What the child gets as descriptor 0; ours until <see cref="Launched"/>. With a terminal /dev/null.
    /// </summary>
    public FileDescriptor ChildStdin => _parts.ChildStdin!;

    /// <summary>What the child gets as descriptor 1. May be the same object as another stream's.</summary>
    public FileDescriptor ChildStdout => _parts.ChildStdout!;

    /// <summary>What the child gets as descriptor 2.</summary>
    public FileDescriptor ChildStderr => _parts.ChildStderr!;

    /// <inheritdoc/>
    public Task Drained => _parts.Logger is { } logger ? Task.WhenAll(_drained.Task, logger.Drained) : _drained.Task;

    /// <inheritdoc/>
    public bool IsPending
    {
        get
        {
            foreach (var output in _outputs)
            {
                if (output.WaitsForSink)
                {
                    return true;
                }
            }

            return _awaitsReaders || _parts.Logger?.IsPending == true;
        }
    }

    /// <summary>The child has its descriptors: closes ours of them and starts copying. Once.</summary>
    public void Launched()
    {
        _parts.CloseChildEnds();
        if (_copies)
        {
            _loop.Post(Start);
        }
        else
        {
            _drained.TrySetResult();
        }
    }

    /// <summary>
    /// The process was reaped. A terminal ends here, once what is buffered has been copied: a slave that somebody
    /// might open again never shows an end. Pipes end by themselves, when the last holder of a write end goes.
    /// </summary>
    public void ProcessExited()
    {
        if (_terminal)
        {
            _loop.Post(EndTerminal);
        }
    }

    /// <inheritdoc/>
    public IStdioAttachment Attach() => _hub.Attach();

    /// <inheritdoc/>
    public ValueTask WriteStdinAsync(ReadOnlyMemory<byte> data, CancellationToken cancel) =>
        _writer is { } writer
            ? writer.WriteAsync(data, cancel)
            : throw new TaskException(
                ErrorKind.FailedPrecondition,
                ErrorReason.WrongState,
                _parts.InputFromAttachers
                    ? "stdin cannot be written: the terminal is not there yet"
                    : "stdin cannot be written: the process was not created with stdin \"attach:\"");

    /// <inheritdoc/>
    public void CloseStdin()
    {
        if (_parts.InputFromAttachers)
        {
            _writer?.Close();
        }
        else if (_parts.InputSource is not null)
        {
            _loop.Post(EndInput);
        }
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync()
    {
        if (_parts.Logger is { } logger)
        {
            return new ValueTask(CloseWithLoggerAsync(logger));
        }

        if (_copies)
        {
            return new ValueTask(_loop.PostAsync(CloseNow));
        }

        _parts.Dispose();
        _drained.TrySetResult();
        return ValueTask.CompletedTask;
    }

    // The logger is told last: by then it has found the end of its input.
    private async Task CloseWithLoggerAsync(LoggerProcess logger)
    {
        await _loop.PostAsync(CloseNow);
        await logger.EndAsync();
    }
}
