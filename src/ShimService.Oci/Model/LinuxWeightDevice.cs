namespace ShimService.Oci.Model;

/// <summary>Weight of one block device, 10 to 1000.</summary>
public readonly record struct LinuxWeightDevice(long Major, long Minor, ushort? Weight, ushort? LeafWeight);
