using System.Runtime.InteropServices;

namespace ShimService.TestSupport;

/// <summary>
/// A fact that is left out, with its reason, where the host lacks what it needs. tests/run.sh prints the reason and
/// fails when tests/expected-skips.txt does not name the test. Link it: &lt;Compile Include="../lib/csharp/*.cs" /&gt;.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HostFactAttribute : FactAttribute
{
    public HostFactAttribute(HostNeeds needs)
    {
        foreach (HostNeeds need in Enum.GetValues<HostNeeds>())
        {
            if (need != HostNeeds.Nothing && needs.HasFlag(need) && Missing(need) is { } reason)
            {
                Skip = reason;
                return;
            }
        }
    }

    private static string? Missing(HostNeeds need) => need switch
    {
        HostNeeds.Root => Environment.IsPrivilegedProcess ? null : "needs root",
        HostNeeds.CgroupV1 => Directory.Exists("/sys/fs/cgroup/memory") ? null : "needs cgroup v1 hierarchies",
        HostNeeds.CgroupV2 =>
            File.Exists("/sys/fs/cgroup/cgroup.controllers") ? null : "needs a host with cgroup v2 only",
        HostNeeds.X64 => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? null : "needs an x86_64 machine",
        HostNeeds.Arm64 =>
            RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? null : "needs an aarch64 machine",
        HostNeeds.NativeBinaries => Environment.GetEnvironmentVariable("SHIMSERVICE_BIN") is { Length: > 0 }
            ? null
            : "needs the published binaries: tests/run.sh makes them and sets SHIMSERVICE_BIN",
        _ => throw new ArgumentOutOfRangeException(nameof(need), need, "no probe for this need"),
    };
}
