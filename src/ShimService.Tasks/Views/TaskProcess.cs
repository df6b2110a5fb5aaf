using ShimService.Tasks.Values;

namespace ShimService.Tasks.Views;

/// <summary>A process found in a task; Exec is set when it is one of its execs.</summary>
public sealed record TaskProcess(Pid Pid, ExecId? Exec, string Command);
