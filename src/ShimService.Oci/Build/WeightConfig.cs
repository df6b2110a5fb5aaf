namespace ShimService.Oci.Build;

/// <summary>Relative weight of a block device of the host.</summary>
public readonly record struct WeightConfig(string Path, ushort Weight);
