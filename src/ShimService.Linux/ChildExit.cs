namespace ShimService.Linux;

/// <summary>How a child ended. <paramref name="Status"/>: 0 to 255, or 128 + the signal that killed it.</summary>
public readonly record struct ChildExit(int Pid, int Status);
