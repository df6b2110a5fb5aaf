using ShimService.Daemon.Registry;

namespace ShimService.Daemon.Verbs.Creation;

internal readonly record struct CreatedTask(TaskEntry Entry, uint Pid, IReadOnlyList<string> Warnings);
