using System.Globalization;
using ShimService.Linux;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Errors;
using ShimService.Shim.CommandLine;

namespace ShimService.Shim.Start;

/// <summary>
/// What a daemon inherits from the helper that leaves it behind, so it is in force before its first instruction: the
/// helper puts it on itself, and is gone in a moment. Source: containerd 2.1 cmd/containerd-shim-runc-v2/manager.
/// </summary>
internal static class DaemonSetting
{
    private const int HighestScore = 1000;

    /// <summary>Errors: UsageException for a cgroup that is not there; KernelException.</summary>
    public static void Apply(string shimCgroup)
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(ShimEnvironment.CoreScheduling)))
        {
            ShareCores();
        }

        RaiseOomScore();
        if (shimCgroup.Length > 0)
        {
            Enter(shimCgroup);
        }
    }

    private static void ShareCores()
    {
        try
        {
            ThisProcess.ShareCores();
        }
        catch (KernelException failure)
        {
            throw new UsageException(
                $"{ShimEnvironment.CoreScheduling} is set, and this host has no core scheduling ({failure.Message}): "
                + "unset it");
        }
    }

    /// <summary>One above containerd's: of the two, the kernel is to take the shim first.</summary>
    private static void RaiseOomScore()
    {
        try
        {
            var parent = ThisProcess.ParentId.ToString(CultureInfo.InvariantCulture);
            var score = int.Parse(Files.ReadText($"/proc/{parent}/oom_score_adj"), CultureInfo.InvariantCulture);
            var raised = Math.Min(score + 1, HighestScore).ToString(CultureInfo.InvariantCulture);
            Files.Write("/proc/self/oom_score_adj", raised);
        }
        catch (KernelException failure) when (failure.Errno is Errno.EPERM or Errno.EACCES or Errno.ENOENT)
        {
            // Not permitted in a user namespace; it only shifts who is first.
        }
    }

    private static void Enter(string cgroup)
    {
        if (!CgroupPath.TryParse("/" + cgroup.TrimStart('/'), out var path, out var problem))
        {
            throw new UsageException($"shim_cgroup \"{cgroup}\" {problem}");
        }

        var found = false;
        foreach (var hierarchy in CgroupLayout.Detect().Hierarchies)
        {
            var processes = $"{hierarchy.MountPoint}{path.Value}/cgroup.procs";
            if (File.Exists(processes))
            {
                Files.Write(processes, "0");
                found = true;
            }
        }

        if (!found)
        {
            throw new UsageException($"shim_cgroup \"{cgroup}\" is not there: make it first, or leave the option out");
        }
    }
}
