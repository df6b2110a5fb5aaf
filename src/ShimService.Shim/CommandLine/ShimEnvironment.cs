namespace ShimService.Shim.CommandLine;

/// <summary>The variables a shim looks at. Source: containerd 2.1 pkg/shim/util.go.</summary>
internal static class ShimEnvironment
{
    /// <summary>Absent = containerd 1.6 or older. Its value says nothing.</summary>
    public const string MaxShimVersion = "MAX_SHIM_VERSION";

    /// <summary>"shimd": events wait in the journal for it, and nothing is published.</summary>
    public const string Owner = "SHIMSERVICE_OWNER";

    public const string OwnerShimd = "shimd";

    /// <summary>containerd's ttrpc socket, which takes events.</summary>
    public const string TtrpcAddress = "TTRPC_ADDRESS";

    /// <summary>Not empty: shims share a core with what they run and with nobody else.</summary>
    public const string CoreScheduling = "SCHED_CORE";

    /// <summary>systemd's; not for us, and not for what we launch.</summary>
    public const string NotifySocket = "NOTIFY_SOCKET";

    public static bool IsShimd => Environment.GetEnvironmentVariable(Owner) == OwnerShimd;
}
