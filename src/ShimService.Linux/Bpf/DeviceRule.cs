namespace ShimService.Linux.Bpf;

/// <summary>Allows or denies some accesses to some devices. A null number is any.</summary>
public readonly record struct DeviceRule(bool Allow, DeviceKinds Kinds, uint? Major, uint? Minor, DeviceAccess Access)
{
    /// <summary>Whether the rule decides everything, so that no rule before it counts.</summary>
    internal bool IsTotal => Kinds == (DeviceKinds.Character | DeviceKinds.Block) && Major is null && Minor is null
        && Access == DeviceAccess.All;
}
