namespace ShimService.Shim.Sandboxes;

/// <summary>A sandbox at one instant. Pid is 0 unless it is ready.</summary>
internal sealed record SandboxView(int Pid, bool IsReady, DateTimeOffset CreatedAt, DateTimeOffset? ExitedAt);
