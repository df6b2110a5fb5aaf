namespace ShimService.Engine.Reaping;

/// <summary>An exit as the reaper saw it. Status: 0 to 255, or 128 + signal. At: the instant of reaping, UTC.</summary>
internal readonly record struct ReapedExit(int Status, DateTimeOffset At);
