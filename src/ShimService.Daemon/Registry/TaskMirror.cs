using ShimService.Contracts.V1;
using ShimService.Daemon.Events;

namespace ShimService.Daemon.Registry;

/// <summary>
/// What the events told about a task. Never asked while the shim lives; when the shim is dead, it says which exits
/// are still owed and what Get answers from then on. Any thread may call any member.
/// </summary>
internal sealed class TaskMirror
{
    private readonly Lock _gate = new();
    private readonly TaskMessage _task;

    public TaskMirror(TaskMessage start) => _task = start;

    /// <summary>The create event was recorded: its task owes an exit, and a delete.</summary>
    public bool WasCreated
    {
        get
        {
            lock (_gate)
            {
                return _task.CreatedAt is not null;
            }
        }
    }

    /// <summary>Start was told, and no exit. False says less: the events may be on their way.</summary>
    public bool IsRunning
    {
        get
        {
            lock (_gate)
            {
                return _task.State == TaskState.Running;
            }
        }
    }

    public TaskMessage Read()
    {
        lock (_gate)
        {
            return _task.Clone();
        }
    }

    public void Apply(Event message)
    {
        lock (_gate)
        {
            if (message.ExecId.Length > 0)
            {
                ApplyToExec(message);
            }
            else
            {
                ApplyToInit(message);
            }
        }
    }

    private void ApplyToInit(Event message)
    {
        switch (message.Topic)
        {
            case Topics.Create:
                (_task.State, _task.Pid, _task.CreatedAt) = (TaskState.Created, message.Pid, message.Timestamp);
                break;
            case Topics.Start:
                (_task.State, _task.Pid, _task.StartedAt) = (TaskState.Running, message.Pid, message.Timestamp);
                break;
            case Topics.Exit:
                _task.State = TaskState.Stopped;
                (_task.ExitStatus, _task.ExitedAt) = (message.ExitStatus, message.ExitedAt ?? message.Timestamp);
                break;
            case Topics.OutOfMemory:
                _task.OomKilled = true;
                break;
            default:
                break;
        }
    }

    private void ApplyToExec(Event message)
    {
        var exec = _task.Execs.FirstOrDefault(exec => exec.ExecId == message.ExecId);
        if (exec is null)
        {
            exec = new Exec { ExecId = message.ExecId };
            _task.Execs.Add(exec);
        }

        switch (message.Topic)
        {
            case Topics.ExecAdded:
                exec.State = TaskState.Created;
                break;
            case Topics.ExecStarted:
                (exec.State, exec.Pid, exec.StartedAt) = (TaskState.Running, message.Pid, message.Timestamp);
                break;
            case Topics.Exit:
                exec.State = TaskState.Stopped;
                (exec.ExitStatus, exec.ExitedAt) = (message.ExitStatus, message.ExitedAt ?? message.Timestamp);
                break;
            case Topics.Delete:
                _task.Execs.Remove(exec);
                break;
            default:
                break;
        }
    }
}
