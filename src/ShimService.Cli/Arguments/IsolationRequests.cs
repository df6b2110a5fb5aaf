using System.CommandLine;
using ShimService.Contracts.V1;

namespace ShimService.Cli.Arguments;

/// <summary>From <see cref="IsolationOptions"/> into a config.</summary>
internal static class IsolationRequests
{
    public static void AddTo(ContainerConfig config, IsolationOptions options, ParseResult parsed)
    {
        config.Rootfs.Layers.Add(parsed.GetValue(options.Layers)!.Select(Path.GetFullPath));
        if (parsed.GetValue(options.Entrypoint) is { Length: > 0 } entrypoint)
        {
            config.Entrypoint.Add(entrypoint);
        }

        config.Security.Privileged = parsed.GetValue(options.Privileged);
        config.Rlimits.Add(parsed.GetValue(options.Ulimits)!.Select(PairWords.Ulimit));
        PairWords.AddTo(config.Sysctls, parsed.GetValue(options.Sysctls)!);
        PairWords.AddTo(config.Annotations, parsed.GetValue(options.Annotations)!);
        config.DeviceCgroupRules.Add(parsed.GetValue(options.DeviceRules));
        if (parsed.GetValue(options.OomScoreAdj) is { } score)
        {
            config.OomScoreAdj = score;
        }

        if (parsed.GetValue(options.ShmSize) is { } size)
        {
            config.ShmSizeBytes = Quantities.Bytes(size, "--shm-size");
        }

        config.Domainname = parsed.GetValue(options.Domainname) ?? "";
        config.CgroupParent = parsed.GetValue(options.CgroupParent) ?? "";
        config.Namespaces.Uts = parsed.GetValue(options.Uts) ?? "";
        config.Namespaces.Cgroup = parsed.GetValue(options.Cgroup) ?? "";
        config.Namespaces.User = parsed.GetValue(options.User) ?? "";
        config.Namespaces.UidMappings.Add(parsed.GetValue(options.UidMaps)!.Select(PairWords.IdMap));
        config.Namespaces.GidMappings.Add(parsed.GetValue(options.GidMaps)!.Select(PairWords.IdMap));
    }
}
