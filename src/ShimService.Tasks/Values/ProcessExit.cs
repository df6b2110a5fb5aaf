namespace ShimService.Tasks.Values;

/// <summary>
/// How a process ended. Status: 0 to 255, or 128 + signal. At: the UTC instant of reaping.
/// OomKilled: the container's out-of-memory kill count had grown by then.
/// </summary>
public sealed record ProcessExit(int Status, DateTimeOffset At, bool OomKilled);
