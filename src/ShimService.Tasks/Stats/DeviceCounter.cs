namespace ShimService.Tasks.Stats;

/// <summary>One number of one block device, under the kernel's word for it ("rbytes", "Read").</summary>
public readonly record struct DeviceCounter(string File, ulong Major, ulong Minor, string Word, ulong Value);
