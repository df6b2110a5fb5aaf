namespace ShimService.Oci.Model;

/// <summary>Rate of one block device in bytes or operations a second; 0 = unlimited.</summary>
public readonly record struct LinuxThrottleDevice(long Major, long Minor, ulong Rate);
