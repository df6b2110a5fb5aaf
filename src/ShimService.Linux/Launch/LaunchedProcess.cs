using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Launch;

/// <summary>
/// A child between its clone and its execve. Its identity is the pidfd, which the caller owns. Thread-safe.
///
/// The sync socket pair speaks: the child writes the number of the rendezvous it has reached and reads one byte to go
/// on; end-of-file means that it executed (the socket is close-on-exec) or died, and the progress page tells which.
/// The launcher thread sends the pidfd over it. Of a plan that a helper hands over, only the helper has the socket, and
/// the helper's own end is what tells; see LaunchedProcess.Helper.cs.
/// </summary>
public sealed partial class LaunchedProcess
{
    private readonly Lock _lock = new();
    private readonly long _ticket;
    private readonly TaskCompletionSource<LaunchedProcess> _cloned =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly nint _planAddress;
    private readonly LaunchEnvironment _environment;
    private nint _operations;
    private int _prologue;
    private int _reached = -1;
    private bool _ended;
    private LaunchFailure? _failure;
    private Exception? _refused;
    private int _awaited;
    private TaskCompletionSource? _waiter;

    internal LaunchedProcess(
        LaunchStart start, PlanRuns runs, bool isLed, nint planAddress, LaunchEnvironment environment)
    {
        Start = start;
        HasHelper = runs == PlanRuns.InTwoProcesses;
        IsLed = isLed;
        _planAddress = planAddress;
        _environment = environment;
        Progress = new ProgressPage(HasHelper || start.Joined.Count > 0);
        try
        {
            (Sync, ChildSync) = MakeSync();
        }
        catch
        {
            Progress.Dispose();
            throw;
        }

        _ticket = LaunchesUnderWay.Enter();
        if (HasHelper)
        {
            HandOvers.Add(this);
        }
    }

    /// <summary>null until it has been given one.</summary>
    public LaunchPlan? Plan { get; private set; }

    /// <summary>In this process's pid namespace; 0 before <see cref="LaunchStart.Cloned"/>.</summary>
    public int Pid { get; private set; }

    public FileDescriptor PidFd { get; private set; } = new();

    internal LaunchStart Start { get; }

    /// <summary>Its plan is to have a rendezvous.</summary>
    internal bool IsLed { get; }

    internal ProgressPage Progress { get; }

    internal FileDescriptor Sync { get; }

    /// <summary>What the watcher knows the socket by.</summary>
    internal ulong SyncToken { get; set; }

    /// <summary>The end that becomes the child's; open here until it has it.</summary>
    internal FileDescriptor ChildSync { get; }

    /// <summary>Completes when there is a child. Errors: KernelException when the kernel refuses the clone.</summary>
    public Task<LaunchedProcess> Cloned => _cloned.Task;

    /// <summary>The step it is in, or ended in, for people.</summary>
    public string Step
    {
        get
        {
            lock (_lock)
            {
                return _ended ? _failure?.Step ?? "executed"
                    : Plan is null ? "wait for the plan"
                    : Plan.Operations[CurrentOperation() is >= 0 and var at ? at : 0].Step;
            }
        }
    }

    /// <summary>
    /// Completes when the child waits at this rendezvous (by index). One waiter at a time.
    /// Errors: LaunchException when it ended before.
    /// </summary>
    public Task ReachAsync(int rendezvous) => WaitAsync(rendezvous);

    /// <summary>Completes when the child has executed its program. Errors: LaunchException when it did not.</summary>
    public Task ExecuteAsync() => WaitAsync(int.MaxValue);

    /// <summary>Lets the child go on from the rendezvous it waits at.</summary>
    public unsafe void Proceed()
    {
        byte go = 1;
        lock (_lock)
        {
            if (!_ended && !Sync.IsClosed)
            {
                // A child that is dead answers EPIPE here and end-of-file to whoever waits for it.
                // SAFETY: one byte of this frame, and the length says one.
                _ = NativeSockets.Send(Sync.Number, &go, 1, NativeSockets.DontWait | NativeSockets.NoSignal);
            }
        }
    }

    /// <summary>Sends a signal by pidfd; false when the process has been reaped already.</summary>
    public bool Kill(int signal) => HasHelper ? KillEither(signal) : PidFds.Signal(PidFd, signal);

    /// <summary>Completes when the plan has run to its execve, or not; the process may live on.</summary>
    public Task Over => _over.Task;

    internal void Ended()
    {
        lock (_lock)
        {
            _failure = ReadFailure();
            _ended = true;
            Sync.Dispose();
            Progress.Dispose();
            Complete();
        }

        _over.TrySetResult();
    }

    private Task WaitAsync(int rendezvous)
    {
        lock (_lock)
        {
            if (_waiter is { Task.IsCompleted: false })
            {
                throw new InvalidOperationException("a launch has one waiter at a time");
            }

            _awaited = rendezvous;
            _waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Complete();
            return _waiter.Task;
        }
    }

    private void Complete()
    {
        if (_ended && (_failure is not null || _awaited == int.MaxValue))
        {
            _ = _failure is null ? _waiter?.TrySetResult() : _waiter?.TrySetException(new LaunchException(_failure));
        }
        else if (_reached >= _awaited || _ended)
        {
            _waiter?.TrySetResult();
        }
    }

    private LaunchFailure? ReadFailure()
    {
        if (_unknown is { } unknown)
        {
            return unknown;
        }

        var at = CurrentOperation();
        var result = Progress.Result;
        if (at < 0 || Plan is null)
        {
            return new LaunchFailure("prepare the child", "launch", "", (Errno)(-Math.Min(result, 0)), "",
                "the shim's own descriptors or memory were refused to its child; see RLIMIT_NOFILE of the shim");
        }

        var operation = Plan.OperationArray[at];
        if (result == 0 && operation.Call is SystemCall.Execve or SystemCall.Execveat)
        {
            return null;
        }

        var errno = result < 0 ? (Errno)(-result) : Errno.None;
        if (errno == Errno.EBADF && operation.NoneFound != Errno.None)
        {
            errno = operation.NoneFound;
        }

        return new LaunchFailure(operation.Step, operation.Clause, SystemCalls.Name(operation.Call), errno,
            Subject(operation), operation.Hint ?? LaunchHints.For(operation.Call, errno));
    }

    // The word is written by the child, which a container may control: anything but an address of the plan is "not
    // yet".
    private int CurrentOperation()
    {
        const int operationSize = 80;
        var native = (Progress.Operation - _operations) / operationSize;
        return Plan is null || native < _prologue || native > _prologue + (2 * Plan.OperationArray.Length)
            ? -1
            : Plan.Layout.OperationAt((int)native - _prologue);
    }

    private static string Subject(PlanOperation operation)
    {
        if (operation.Subject is { } subject)
        {
            return subject;
        }

        foreach (var argument in operation.Arguments)
        {
            if (argument.Kind == PlanArgumentKind.Text)
            {
                return argument.Text;
            }
        }

        return "";
    }
}
