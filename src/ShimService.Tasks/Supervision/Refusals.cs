using ShimService.Tasks.Errors;
using ShimService.Tasks.Lifecycle;
using ShimService.Tasks.Values;

namespace ShimService.Tasks.Supervision;

/// <summary>The one place where a table's refusal becomes an error.</summary>
internal static class Refusals
{
    public static TaskException Of(DenyReason reason, string subject, ProcessStatus status, string verb) =>
        reason switch
    {
        DenyReason.WrongState => new TaskException(
            ErrorKind.FailedPrecondition,
            ErrorReason.WrongState,
            $"cannot {verb} {subject}: it is {Word(status)}")
        {
            Subject = subject,
            State = Word(status),
            Verb = verb,
        },
        DenyReason.ProcessGone => new TaskException(
            ErrorKind.NotFound,
            ErrorReason.ProcessGone,
            $"cannot {verb} {subject}: its process has already exited")
        {
            Subject = subject,
            State = Word(status),
            Verb = verb,
        },
        DenyReason.Unknown => new TaskException(
            ErrorKind.NotFound, ErrorReason.UnknownTask, $"cannot {verb} {subject}: it has been deleted"),
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };

    public static TaskException UnknownTask(ContainerId id) => new(
        ErrorKind.NotFound, ErrorReason.UnknownTask, $"there is no container \"{id}\"");

    public static TaskException UnknownExec(ContainerId id, ExecId exec) => new(
        ErrorKind.NotFound, ErrorReason.UnknownExec, $"container \"{id}\" has no exec \"{exec}\"");

    public static TaskException NoCgroup(ContainerId id) => new(
        ErrorKind.NotFound, ErrorReason.ProcessGone, $"container \"{id}\" has no cgroup any more: it has ended");

    public static TaskException TooManyWaiting(string subject, string verb, int limit) => new(
        ErrorKind.ResourceExhausted,
        ErrorReason.Busy,
        $"cannot {verb} {subject}: {limit} requests already wait for the work in progress; try again");

    public static string Verb(TaskVerb verb) => verb switch
    {
        TaskVerb.Start => "start",
        TaskVerb.Pause => "pause",
        TaskVerb.Resume => "resume",
        TaskVerb.Update => "update",
        TaskVerb.Kill or TaskVerb.KillHard or TaskVerb.KillAll or TaskVerb.KillAllHard => "kill",
        TaskVerb.Delete or TaskVerb.ForceDelete => "delete",
        TaskVerb.ExecAdd or TaskVerb.ExecStart => "exec",
        _ => throw new ArgumentOutOfRangeException(nameof(verb), verb, "not a wish"),
    };

    public static string Verb(ExecVerb verb) => verb switch
    {
        ExecVerb.Start => "start",
        ExecVerb.Kill or ExecVerb.KillHard => "kill",
        ExecVerb.Delete => "delete",
        _ => throw new ArgumentOutOfRangeException(nameof(verb), verb, "not a wish"),
    };

    public static string Word(ProcessStatus status) => status switch
    {
        ProcessStatus.Creating => "CREATING",
        ProcessStatus.Created => "CREATED",
        ProcessStatus.Running => "RUNNING",
        ProcessStatus.Pausing => "PAUSING",
        ProcessStatus.Paused => "PAUSED",
        ProcessStatus.Stopped => "STOPPED",
        ProcessStatus.Deleted => "DELETED",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };
}
