namespace ShimService.Daemon.Events;

/// <summary>The topics of events, as shimservice/v1/types.proto spells them.</summary>
internal static class Topics
{
    public const string Create = "/tasks/create";
    public const string Start = "/tasks/start";
    public const string Exit = "/tasks/exit";
    public const string Delete = "/tasks/delete";
    public const string ExecAdded = "/tasks/exec-added";
    public const string ExecStarted = "/tasks/exec-started";
    public const string Paused = "/tasks/paused";
    public const string Resumed = "/tasks/resumed";
    public const string OutOfMemory = "/tasks/oom";

    public static IReadOnlyList<string> All { get; } =
        [Create, Start, Exit, Delete, ExecAdded, ExecStarted, Paused, Resumed, OutOfMemory];
}
