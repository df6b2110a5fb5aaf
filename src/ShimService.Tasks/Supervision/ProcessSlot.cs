using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Tasks.Supervision;

/// <summary>
/// Where a process is, will be or was. Written by its task's mailbox, read from any thread. What a caller says to
/// the streams before there is a process is kept for it: a close of stdin that comes early must not be lost.
/// </summary>
internal sealed class ProcessSlot(StdioRequest stdio, Afterwards afterwards)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<ProcessExit> _ended = new();

    private bool _closeStdin;
    private (int Width, int Height)? _size;
    private volatile IProcess? _process;
    private volatile ProcessExit? _exit;

    public StdioRequest Stdio => stdio;

    public IProcess? Process => _process;

    public Pid? Pid => _process?.Pid;

    public ProcessExit? Exit => _exit;

    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>Completes when the exit has been told. Faults when there never will be a process.</summary>
    public Task<ProcessExit> Ended => _ended.Task;

    public void Fill(IProcess process)
    {
        lock (_gate)
        {
            _process = process;
            if (_size is var (width, height))
            {
                process.Stdio.Resize(width, height);
            }

            if (_closeStdin)
            {
                process.Stdio.CloseStdin();
            }
        }
    }

    public void CloseStdin()
    {
        lock (_gate)
        {
            _closeStdin = true;
            _process?.Stdio.CloseStdin();
        }
    }

    public void Resize(int width, int height)
    {
        lock (_gate)
        {
            _size = (width, height);
            _process?.Stdio.Resize(width, height);
        }
    }

    /// <summary>Keeps the exit without telling it.</summary>
    public void Record(ProcessExit exit) => _exit = exit;

    public void Tell()
    {
        if (_exit is { } exit)
        {
            afterwards.Add(() => _ended.TrySetResult(exit));
        }
    }

    public void Fail(Exception failure)
    {
        afterwards.Add(() =>
        {
            if (_ended.TrySetException(failure))
            {
                _ = _ended.Task.Exception;
            }
        });
    }
}
