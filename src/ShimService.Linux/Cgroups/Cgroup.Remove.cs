using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Cgroups;

/// <summary>The end of a cgroup.</summary>
public sealed partial class Cgroup
{
    /// <summary>
    /// Kills what is left and removes the directories, with the cgroups the container made inside. Completes
    /// synchronously when nothing is left in it. Can be called again after a failure, and after success. Errors: EBUSY
    /// with the processes that would not go within <paramref name="limit"/>.
    /// </summary>
    public async Task RemoveAsync(TimeSpan limit, CancellationToken cancel)
    {
        long start = _host.Time.GetTimestamp();
        for (TimeSpan delay = FirstDelay; !TryRemove(out Errno errno, out string subject);
            delay = delay * 2 > LongestDelay ? LongestDelay : delay * 2)
        {
            SignalAll(SIGKILL);
            if (_host.Time.GetElapsedTime(start) > limit)
            {
                List<int> left = ReadProcesses();
                throw new KernelException("rmdir", errno, subject, left.Count == 0
                    ? CgroupHint.ForWrite("", errno)
                    : $"killed, but not gone yet: {string.Join(", ", left.Take(10))}; try again later");
            }

            await Task.Delay(delay, _host.Time, cancel);
        }
    }

    /// <summary>It is somebody else's: nothing is done to it, and from here on it has no directories.</summary>
    public void Forget()
    {
        ReleaseClaim();
        _directories = [];
        if (!_left)
        {
            _left = true;
            _host.Leave(_parent);
        }
    }

    // One attempt. An empty, dead cgroup goes in one rmdir a hierarchy; the one that lists processes goes first, so
    // that they can be found as long as there are any.
    private bool TryRemove(out Errno errno, out string subject)
    {
        errno = Errno.None;
        subject = "";
        CgroupDirectory? core = Core;
        if (core is not null && !RemoveOne(core, out errno))
        {
            subject = core.FullPath;
            return false;
        }

        foreach (CgroupDirectory directory in _directories)
        {
            if (directory != core && !RemoveOne(directory, out errno))
            {
                subject = directory.FullPath;
                return false;
            }
        }

        Forget();
        return true;
    }

    private static bool RemoveOne(CgroupDirectory directory, out Errno errno)
    {
        errno = Errno.None;
        if (directory.WasMade)
        {
            errno = directory.TryRemove();
            if (errno is not (Errno.EBUSY or Errno.ENOTEMPTY))
            {
                return errno == Errno.None;
            }
        }

        using (FileDescriptor? self = directory.OpenSelf(OpenFlags.ReadOnly, out _))
        {
            if (self is not null)
            {
                RemoveChildren(self);
            }
        }

        if (directory.WasMade)
        {
            errno = directory.TryRemove();
        }
        else
        {
            Span<byte> buffer = stackalloc byte[32];
            errno = directory.Read("cgroup.procs", buffer, out _).Length > 0 ? Errno.EBUSY : Errno.None;
        }

        return errno == Errno.None;
    }

    private static void RemoveChildren(FileDescriptor directory)
    {
        foreach (string child in CgroupProcesses.Children(directory))
        {
            if (FileCalls.RemoveDirectory(directory, child) == Errno.None)
            {
                continue;
            }

            using FileDescriptor? inner =
                FileCalls.TryOpen(directory, child, OpenFlags.ReadOnly | OpenFlags.Directory, out _);
            if (inner is not null)
            {
                RemoveChildren(inner);
                FileCalls.RemoveDirectory(directory, child);
            }
        }
    }
}
