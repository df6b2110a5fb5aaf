namespace ShimService.Oci.Model;

/// <summary>The size of a terminal in characters.</summary>
public readonly record struct ConsoleSize(ushort Width, ushort Height);
