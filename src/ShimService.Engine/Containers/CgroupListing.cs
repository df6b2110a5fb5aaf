using ShimService.Linux;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Errors;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Containers;

/// <summary>The processes in a cgroup, for people.</summary>
internal static class CgroupListing
{
    public static IReadOnlyList<RunningProcess> Read(Cgroup cgroup)
    {
        var pids = cgroup.ReadProcesses();
        var processes = new List<RunningProcess>(pids.Count);
        foreach (var pid in pids)
        {
            processes.Add(new RunningProcess(new Pid(pid), Command(pid)));
        }

        return processes;
    }

    // A process that went meanwhile, or a kernel thread, has no command line.
    private static string Command(int pid)
    {
        try
        {
            var line = Files.ReadText($"/proc/{pid}/cmdline").TrimEnd('\0').Replace('\0', ' ');
            return line.Length > 0 ? line : Files.ReadText($"/proc/{pid}/comm").TrimEnd('\n');
        }
        catch (KernelException exception) when (exception.Errno is Errno.ENOENT or Errno.ESRCH)
        {
            return "";
        }
    }
}
