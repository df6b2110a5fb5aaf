using System.Globalization;
using System.Text;
using ShimService.Linux.Errors;

namespace ShimService.Linux.Cgroups;

/// <summary>Controllers that come later than the cgroup itself.</summary>
public sealed partial class Cgroup
{
    /// <summary>
    /// Makes the rest of a cgroup that was begun, before limits are written and joins opened. After an error what has
    /// been made is this cgroup's to remove. By the owner only.
    /// </summary>
    public void Complete(CgroupControllers needed)
    {
        List<CgroupDirectory> directories = [.. _directories];
        try
        {
            _host.MakeRest(_parent, Path, needed, directories);
        }
        finally
        {
            _directories = Ordered(directories);
        }
    }

    /// <summary>
    /// Makes this cgroup in the hierarchy of one more controller, and moves the processes there. Does nothing where it
    /// is already, or where the host has no such controller. By the owner only.
    /// </summary>
    public void Extend(CgroupControllers controller)
    {
        int hierarchy = _host.IndexOf(controller);
        if (hierarchy < 0)
        {
            return;
        }

        CgroupDirectory? there = Find(controller);
        if (there is { IsUnified: true })
        {
            _host.Enable(_parent, hierarchy, controller);
            return;
        }

        if (there is not null)
        {
            return;
        }

        CgroupDirectory made = _host.Make(_parent, Path, hierarchy, controller);
        _directories = [made, .. _directories];
    }

    /// <summary>
    /// Moves every process of this cgroup into the directory of a controller that <see cref="Extend"/> added; call it
    /// when the directory has its limits. Errors: <see cref="KernelException"/>.
    /// </summary>
    public void MoveProcesses(CgroupControllers controller)
    {
        if (Find(controller) is not { IsUnified: false } directory)
        {
            return;
        }

        // A process forked while others are moved starts where its parent was: look again until nobody was new.
        HashSet<int> moved = [];
        for (bool again = true; again;)
        {
            again = false;
            foreach (int pid in ReadProcesses())
            {
                if (!moved.Add(pid))
                {
                    continue;
                }

                again = true;
                Errno errno = directory.TryWrite(
                    "cgroup.procs", Encoding.ASCII.GetBytes(pid.ToString(CultureInfo.InvariantCulture)));
                if (errno is not (Errno.None or Errno.ESRCH))
                {
                    throw new KernelException("write", errno, $"{directory.FullPath}/cgroup.procs = {pid}",
                        CgroupHint.ForWrite("cgroup.procs", errno));
                }
            }
        }
    }
}
