using ShimService.Tasks.Lifecycle;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;
using ShimService.Tasks.Views;

namespace ShimService.Tasks.Supervision;

/// <summary>One entry of a mailbox: a verb for the task, or for one of its execs, with what belongs to it.</summary>
internal sealed class Letter
{
    private readonly TaskCompletionSource<ProcessResult>? _answer;

    private Letter(TaskVerb? task, ExecVerb? exec, bool wantsAnswer)
    {
        Task = task;
        Exec = exec;
        if (wantsAnswer)
        {
            // Completed by Afterwards, where the asker's code may run on.
            _answer = new();
        }
    }

    public TaskVerb? Task { get; }

    public ExecVerb? Exec { get; }

    public ExecId? ExecId { get; init; }

    public Signal Signal { get; init; }

    public ReadOnlyMemory<byte> Resources { get; init; }

    public ExecRequest? Added { get; init; }

    /// <summary>The exec a result or a fact is about.</summary>
    public LiveExec? Subject { get; init; }

    public IContainer? Container { get; init; }

    public IProcess? Process { get; init; }

    public ProcessExit? Exit { get; init; }

    public Exception? Failure { get; init; }

    /// <summary>Faults with what went wrong. Results and facts have none.</summary>
    public Task<ProcessResult> Answered => _answer!.Task;

    /// <summary>The wish a task begins with; it is never decided, only answered.</summary>
    public static Letter Create() => new(null, null, wantsAnswer: true);

    /// <summary>A caller's wish.</summary>
    public static Letter Wish(TaskVerb verb) => new(verb, null, wantsAnswer: true);

    /// <summary>A caller's wish about an exec.</summary>
    public static Letter Wish(ExecVerb verb, ExecId exec) => new(null, verb, wantsAnswer: true) { ExecId = exec };

    public static Letter ExecStart(ExecId exec) => new(TaskVerb.ExecStart, null, wantsAnswer: true) { ExecId = exec };

    public static Letter Kill(TaskVerb verb, Signal signal) => new(verb, null, wantsAnswer: true) { Signal = signal };

    public static Letter Kill(ExecVerb verb, ExecId exec, Signal signal) =>
        new(null, verb, wantsAnswer: true) { ExecId = exec, Signal = signal };

    public static Letter Update(ReadOnlyMemory<byte> resources) =>
        new(TaskVerb.Update, null, wantsAnswer: true) { Resources = resources };

    public static Letter Add(ExecRequest request) =>
        new(TaskVerb.ExecAdd, null, wantsAnswer: true) { Added = request };

    public static Letter Done(TaskVerb verb) => new(verb, null, wantsAnswer: false);

    public static Letter Created(IContainer container) =>
        new(TaskVerb.CreateDone, null, wantsAnswer: false) { Container = container };

    public static Letter Failed(TaskVerb verb, LiveExec? exec, Exception failure) =>
        new(verb, null, wantsAnswer: false) { Subject = exec, Failure = failure };

    public static Letter Launched(LiveExec exec, IProcess process) =>
        new(TaskVerb.ExecLaunchDone, null, wantsAnswer: false) { Subject = exec, Process = process };

    public static Letter Exited(LiveExec? exec, ProcessExit exit) => exec is null
        ? new(TaskVerb.InitExited, null, wantsAnswer: false) { Exit = exit }
        : new(null, ExecVerb.Exited, wantsAnswer: false) { Subject = exec, Exit = exit };

    public static Letter Closed(LiveExec exec) => new(null, ExecVerb.Closed, wantsAnswer: false) { Subject = exec };

    /// <summary>Completes <see cref="Answered"/> when the mailbox is free.</summary>
    public void Answer(ProcessResult result, Afterwards afterwards)
    {
        if (_answer is not null)
        {
            afterwards.Add(() => _answer.TrySetResult(result));
        }
    }

    /// <inheritdoc cref="Answer"/>
    public void Fail(Exception failure, Afterwards afterwards)
    {
        if (_answer is null)
        {
            return;
        }

        afterwards.Add(() =>
        {
            if (_answer.TrySetException(failure))
            {
                // A caller that gave up must not turn its error into an unobserved one.
                _ = _answer.Task.Exception;
            }
        });
    }
}
