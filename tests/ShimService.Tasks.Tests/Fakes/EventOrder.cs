using ShimService.Tasks.Events;

namespace ShimService.Testing.Fakes;

/// <summary>The promise about the order of one container's events, as a check. Null = kept.</summary>
internal static class EventOrder
{
    public static string? Broken(IEnumerable<TaskEvent> events)
    {
        bool created = false, started = false, exited = false, deleted = false;
        var added = new HashSet<string>();
        var running = new HashSet<string>();
        ulong last = 0;
        foreach (var happened in events)
        {
            var exec = happened.Exec?.Value;
            var broken = happened switch
            {
                { Sequence: var sequence } when sequence <= last => "sequence does not rise",
                _ when deleted => "after delete",
                { Topic: TaskTopic.Create } => created ? "second create" : null,
                _ when !created => "before create",
                { Topic: TaskTopic.Start } => started || exited ? "start twice or after exit" : null,
                { Topic: TaskTopic.Delete } => exited ? null : "delete before exit",
                { Topic: TaskTopic.Exit, Exec: null } when exited => "second exit",
                { Topic: TaskTopic.Exit, Exec: null } when running.Count > 0 => "init's exit before an exec's",
                { Topic: TaskTopic.Exit, Exec: null } => null,
                _ when exited => $"{happened.Topic} after exit",
                
                // An id may be used again once its exec has been deleted.
                { Topic: TaskTopic.ExecAdded } => !running.Contains(exec!) && (added.Add(exec!) || true)
                    ? null
                    : "added while it runs",
                { Topic: TaskTopic.ExecStarted } =>
                    started && added.Remove(exec!) && running.Add(exec!) ? null : "exec started without being added",
                { Topic: TaskTopic.Exit } =>
                    running.Remove(exec!) ? null : "exec exit without start, or twice",
                _ => null,
            };
            if (broken is not null)
            {
                return $"{broken}: {happened.Topic} {exec} #{happened.Sequence}";
            }

            last = happened.Sequence;
            created |= happened.Topic == TaskTopic.Create;
            started |= happened.Topic == TaskTopic.Start;
            deleted |= happened.Topic == TaskTopic.Delete;
            exited |= happened is { Topic: TaskTopic.Exit, Exec: null };
        }

        return null;
    }
}
