using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Cgroups;

/// <summary>Listing and signalling.</summary>
public sealed partial class Cgroup
{
    private const int SIGKILL = 9;
    private const int MostRounds = 100;

    /// <summary>Every live process, cgroups inside this one included, as the host numbers them; sorted.</summary>
    public List<int> ReadProcesses()
    {
        List<int> processes = [];
        using FileDescriptor? core = Core?.OpenSelf(OpenFlags.ReadOnly, out _);
        if (core is not null)
        {
            CgroupProcesses.Collect(core, processes);
            processes.Sort();
        }

        return processes;
    }

    /// <summary>
    /// Signals every process, also those forked meanwhile, cgroups inside this one included. Does not wait. SIGKILL
    /// reaches frozen processes: on v1 it thaws the cgroup.
    /// </summary>
    public void SignalAll(int signal)
    {
        CgroupDirectory? core = Core;
        bool kill = signal == SIGKILL;
        if (core is null || (kill && core.IsUnified && core.TryWrite("cgroup.kill", "1"u8) == Errno.None))
        {
            return;
        }

        // Frozen parents fork no children: without this, a fork bomb outruns the loop.
        bool freezer = kill && !core.IsUnified && core.TryWrite("freezer.state", "FROZEN"u8) == Errno.None;
        try
        {
            HashSet<int> signalled = [];
            for (int round = 0; round < MostRounds && SignalOnce(signal, signalled); round++)
            {
            }
        }
        finally
        {
            if (freezer)
            {
                core.TryWrite("freezer.state", "THAWED"u8);
            }
        }
    }

    // True when there was somebody new. A pid may be reused between the list and the open, so the list is read again
    // afterwards: whoever a descriptor names now, and whose pid is still listed, is in the cgroup.
    private bool SignalOnce(int signal, HashSet<int> signalled)
    {
        List<(int Pid, FileDescriptor Process)> found = [];
        try
        {
            foreach (int pid in ReadProcesses())
            {
                if (!signalled.Contains(pid) && ProcessCalls.TryOpenProcess(pid, out _) is { } process)
                {
                    found.Add((pid, process));
                }
            }

            if (found.Count == 0)
            {
                return false;
            }

            List<int> still = ReadProcesses();
            foreach ((int pid, FileDescriptor process) in found)
            {
                if (still.BinarySearch(pid) >= 0)
                {
                    ProcessCalls.SendSignal(process, signal);
                    signalled.Add(pid);
                }
            }

            return true;
        }
        finally
        {
            foreach ((_, FileDescriptor process) in found)
            {
                process.Dispose();
            }
        }
    }
}
