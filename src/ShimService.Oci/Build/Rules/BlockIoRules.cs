namespace ShimService.Oci.Build.Rules;

/// <summary>Weights and throttles of block devices.</summary>
internal static class BlockIoRules
{
    private const string Field = "config.resources.block_io";

    internal static ResourcesConfig Apply(ResourcesConfig config, HostAbilities host, List<string> warnings)
    {
        if (config.IoMaximumBandwidth != 0 || config.IoMaximumOperations != 0)
        {
            throw new SpecException($"{Field}.maximum_bytes_per_second",
                "and maximum_operations_per_second are for Windows; here it is throttle_…");
        }

        if (config.BlockIoWeight is not 0 and (< 10 or > 1000))
        {
            throw new SpecException($"{Field}.weight", $"{config.BlockIoWeight} is not between 10 and 1000");
        }

        if (config.BlockIoWeight != 0 && !host.BlockIoWeight)
        {
            warnings.Add("this host has no weights for block I/O: weight was dropped");
            config = config with { BlockIoWeight = 0 };
        }

        if (config.WeightDevices.Count > 0 && !host.BlockIoWeightDevice)
        {
            warnings.Add("this host has no weights per block device: weight_devices was dropped");
            config = config with { WeightDevices = [] };
        }

        for (var i = 0; i < config.WeightDevices.Count; i++)
        {
            if (config.WeightDevices[i].Weight is < 10 or > 1000)
            {
                throw new SpecException($"{Field}.weight_devices[{i}].weight", "is not between 10 and 1000");
            }
        }

        return config with
        {
            ThrottleReadBytes = Kept(config.ThrottleReadBytes, host.BlockIoReadBytes, "read bytes", warnings),
            ThrottleWriteBytes = Kept(config.ThrottleWriteBytes, host.BlockIoWriteBytes, "written bytes", warnings),
            ThrottleReadOperations =
                Kept(config.ThrottleReadOperations, host.BlockIoReadOperations, "reads", warnings),
            ThrottleWriteOperations =
                Kept(config.ThrottleWriteOperations, host.BlockIoWriteOperations, "writes", warnings),
        };
    }

    private static IReadOnlyList<ThrottleConfig> Kept(
        IReadOnlyList<ThrottleConfig> throttles, bool isPossible, string what, List<string> warnings)
    {
        if (throttles.Count == 0 || isPossible)
        {
            return throttles;
        }

        warnings.Add($"this host cannot throttle {what} of a block device: that was dropped");
        return [];
    }
}
