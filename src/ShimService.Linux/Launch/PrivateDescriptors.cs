using ShimService.Linux.Native;

namespace ShimService.Linux.Launch;

/// <summary>
/// A launcher thread's own descriptor table. A child is born with a copy of its creator's table and closes what is not
/// its own with its first operations; until then who controls the child (an exec is visible in the container from its
/// birth) would reach every descriptor of the shim, and a child that is stopped there would keep them open. So the
/// thread has a table of its own that holds a launch's descriptors only: fetched with pidfd_getfd before, closed after.
///
/// Rules for code on such a thread: descriptors are raw numbers, no handle is made or disposed, and no thread is
/// started, not even by the thread pool: it would share this table.
/// </summary>
internal sealed class PrivateDescriptors
{
    // The just-in-time compiler maps its memory through this one, from whatever thread needs it. Not there when
    // compiled ahead of time.
    private const string CompilerMemory = "/memfd:doublemapper";

    private readonly List<int> _open = new(16);

    private PrivateDescriptors()
    {
    }

    /// <summary>Gives the calling thread its own, empty table.</summary>
    public static PrivateDescriptors Enter()
    {
        BlockHandledSignals();
        SeedRandomNumbers();
        NativeDescriptorTable.MakePrivate();
        foreach (var path in Directory.GetFileSystemEntries("/proc/thread-self/fd"))
        {
            var link = new FileInfo(path).LinkTarget;
            if (link is not null && !link.StartsWith(CompilerMemory, StringComparison.Ordinal))
            {
                _ = NativeFile.Close(
                    int.Parse(Path.GetFileName(path.AsSpan()), System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return new PrivateDescriptors();
    }

    // The runtime opens /dev/urandom when it first needs it (for an object's hash code, compiled ahead of time) and keeps
    // its number for all threads: opened here it would be another file everywhere else, whose end they read for ever.
    // And every thread seeds itself from it once: this one while it is that file.
    private static void SeedRandomNumbers() => _ = Random.Shared.Next();

    // The runtime's handlers (SIGCHLD, SIGTERM, …) write to a pipe by its number in the process's table, and abort the
    // process when that fails. The faults of the thread itself (SIGSEGV, …) stay deliverable, and the real-time
    // signals, by which the runtime stops threads for a collection.
    private static unsafe void BlockHandledSignals()
    {
        const ulong faults = 1UL << 3 | 1UL << 4 | 1UL << 5 | 1UL << 6 | 1UL << 7 | 1UL << 10;
        var mask = 0x7fffffffUL & ~faults;
        // SAFETY: eight bytes on this stack, read during the call.
        Kernel.Check(NativeSignals.SetThreadMask(SystemCalls.Number(SystemCall.RtSigprocmask), &mask, null),
            "rt_sigprocmask", "launcher thread");
    }

    /// <summary>Takes a descriptor over that was opened on this thread; closed by <see cref="CloseAll"/>.</summary>
    public int Adopt(int number)
    {
        _open.Add(number);
        return number;
    }

    /// <summary>A duplicate of a descriptor of the process, through a pidfd of it.</summary>
    public int Fetch(int process, int number) => Adopt(NativeDescriptorTable.Fetch(process, number));

    /// <summary>Closes one early.</summary>
    public void Close(int number)
    {
        _open.Remove(number);
        _ = NativeFile.Close(number);
    }

    public void CloseAll()
    {
        foreach (var number in _open)
        {
            _ = NativeFile.Close(number);
        }

        _open.Clear();
    }
}
