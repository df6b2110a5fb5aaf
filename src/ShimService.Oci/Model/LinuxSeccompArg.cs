namespace ShimService.Oci.Model;

/// <summary>A condition on system call argument <paramref name="Index"/> (0 to 5).</summary>
public readonly record struct LinuxSeccompArg(uint Index, ulong Value, ulong ValueTwo, SeccompOperator Op);
