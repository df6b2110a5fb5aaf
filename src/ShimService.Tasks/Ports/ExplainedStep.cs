namespace ShimService.Tasks.Ports;

/// <summary>
/// One step of a launch plan for people: its name, the system call, the clause of the spec behind it.
/// </summary>
public sealed record ExplainedStep(string Name, string Call, string Clause);
