using System.Runtime.InteropServices;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Launch;

/// <summary>
/// clone3 with a child that is a few pages of memory, whatever the size of this process:
/// <list type="number">
/// <item>everything but the stub, the plan, the progress page and this thread's rseq page is MADV_DONTFORK: one call
/// per gap between them (a range with holes gives ENOMEM at its end, and is marked all the same);</item>
/// <item>the child's first operations unmap the same gaps, so that a mapping another thread made between the marking
/// and the clone is gone too before anything else happens;</item>
/// <item>signals are blocked from before the clone until just before execve.</item>
/// </list>
/// Bound to the thread that made it, which gives its rseq area up: the kernel writes it whenever a thread returns to
/// user mode and kills a child that lacks it, and it lies beside the thread's stack canary.
/// </summary>
internal sealed unsafe class LeanClone(
    LaunchEnvironment environment, LaunchThread thread, ChildMemory memory, PrivateDescriptors table)
{
    private readonly MemoryRange _restartable = RestartableSequences.Release();
    // A thread that could not come back from another pid namespace makes no more children.
    private bool _isLost;
    private int* PidFd => (int*)(memory.Head + sizeof(NativeCloneArguments));

    private readonly int _maskNumber = SystemCalls.Number(SystemCall.RtSigprocmask);

    /// <summary>Makes the child, or leaves the failure; both go to the watcher. Never throws.</summary>
    public void Launch(LaunchedProcess process)
    {
        try
        {
            Try(process);
        }
        catch (Exception exception)
        {
            // The loop's top: the failure belongs to the one who asked for the launch, not to this thread.
            process.Refuse(exception);
            environment.Watcher.Refused(process);
            table.CloseAll();
            WakeWatcher();
        }
        finally
        {
            table.CloseAll();
        }
    }

    private void Try(LaunchedProcess process)
    {
        if (_isLost)
        {
            throw new KernelException(
                "setns", Errno.EPERM, "the shim's own pid namespace: the launcher thread is lost");
        }

        var start = process.Start;
        Span<MemoryRange> kept = [LaunchStub.Range, memory.Range, process.Progress.Range, _restartable];
        Span<MemoryRange> gaps = stackalloc MemoryRange[kept.Length + 1];
        gaps = gaps[..AddressSpace.Gaps(kept, gaps)];
        var self = table.Adopt(NativeDescriptorTable.OpenProcess(Environment.ProcessId));
        var sync = Fetch(self, process.ChildSync);
        var cgroup = start.Cgroup is { } into ? Fetch(self, into) : -1;
        var target = start.PidNamespaceOf is { } of ? Fetch(self, of) : -1;
        Span<int> joined = stackalloc int[start.Joined.Count];
        for (var i = 0; i < joined.Length; i++)
        {
            joined[i] = Fetch(self, start.Joined[i].File);
        }

        // Whoever gets hold of the child must not get hold of the shim with it.
        table.Close(self);
        var between = new SecondClone(start.Joined, joined, start.Namespaces, process.Progress.ChildPidAddress);
        var operations = FirstOperations.Write(
            memory, gaps, sync, process.IsLed ? ParentDeath.Die : ParentDeath.Survive, between);
        int pid;
        lock (LaunchEnvironment.CloneLock)
        {
            Mark(kept, process.Progress.Range, gaps);
            pid = Clone(start, cgroup, target, operations, process.Progress.Words);
        }

        // SAFETY: the thread's own memory, which clone3 has filled before it returned a pid.
        var pidFd = table.Adopt(*PidFd);
        if (start.Joined.Count > 0)
        {
            // The child is ours, and not reaped while this launch is under way: its number is its own.
            pid = SecondClone.Await(start.Joined, pidFd, process.Progress, operations);
            pidFd = table.Adopt(NativeDescriptorTable.OpenProcess(pid));
        }

        try
        {
            if (target >= 0)
            {
                ComeBack();
            }

            LaunchedProcess.SendPidFd(sync, pid, pidFd);
        }
        catch
        {
            // A child nobody can know of.
            _ = NativeSignals.Send(SystemCalls.Number(SystemCall.PidfdSendSignal), pidFd, 9);
            throw;
        }
    }

    private void WakeWatcher()
    {
        var self = table.Adopt(NativeDescriptorTable.OpenProcess(Environment.ProcessId));
        var wake = table.Fetch(self, environment.Watcher.WakeNumber);
        var one = 1UL;
        // SAFETY: eight bytes of this frame, and the length says so.
        _ = Kernel.Check(NativeFile.Write(wake, (byte*)&one, sizeof(ulong)), "write", "launch watcher");
    }

    private void ComeBack()
    {
        try
        {
            var self = table.Adopt(NativeDescriptorTable.OpenProcess(Environment.ProcessId));
            NativeNamespaces.Join(self, NamespaceFlags.Pid, "the shim's own pid namespace");
        }
        catch
        {
            _isLost = true;
            throw;
        }
    }

    // The start's contract keeps the handles open over the launch.
    private int Fetch(int self, SafeHandle handle) => !handle.IsInvalid && !handle.IsClosed
        ? table.Fetch(self, (int)handle.DangerousGetHandle())
        : throw new ArgumentException("a descriptor of the launch is closed");

    private void Mark(ReadOnlySpan<MemoryRange> kept, MemoryRange progress, ReadOnlySpan<MemoryRange> gaps)
    {
        if (LaunchEnvironment.Marked != thread)
        {
            // Another thread's launch has marked this thread's memory as not to be copied.
            foreach (var range in kept)
            {
                Keep(range);
            }

            LaunchEnvironment.Marked = thread;
        }

        // Mapped when the launch was asked for: a launch before this one, of this thread too, may have marked it since.
        Keep(progress);

        foreach (var gap in gaps)
        {
            if (NativeMappings.Advise(gap.Start, (nuint)gap.Length, NativeMappings.AdviseDontFork) < 0
                && Kernel.LastError != Errno.ENOMEM)
            {
                throw new KernelException("madvise", Kernel.LastError, "memory that a child must not get");
            }
        }
    }

    private static void Keep(MemoryRange range)
    {
        if (range.Length != 0)
        {
            Kernel.Check(NativeMappings.Advise(range.Start, (nuint)range.Length, NativeMappings.AdviseDoFork),
                "madvise", "launch memory");
        }
    }

    private int Clone(
        LaunchStart start, int cgroup, int target, NativeOperation* operations, long* progress)
    {
        const ulong intoPidFd = 0x1000, clearSignalHandlers = 1UL << 32, intoCgroup = 1UL << 33, childSignal = 17;
        // SAFETY: clone_args and the pidfd behind it are the first bytes of the head.
        var arguments = (NativeCloneArguments*)memory.Head;
        *arguments = new NativeCloneArguments
        {
            Flags = intoPidFd | clearSignalHandlers | (start.Joined.Count > 0 ? 0 : (ulong)start.Namespaces),
            PidFd = (ulong)PidFd,
            ExitSignal = childSignal,
        };
        if (cgroup >= 0)
        {
            arguments->Flags |= intoCgroup;
            arguments->Cgroup = (ulong)cgroup;
        }

        if (target >= 0)
        {
            NativeNamespaces.Join(target, NamespaceFlags.Pid, "the shared pid namespace");
        }

        var all = ulong.MaxValue;
        ulong old;
        Kernel.Check(NativeSignals.SetThreadMask(_maskNumber, &all, &old), "rt_sigprocmask");
        // SAFETY: clone_args and the first operations are written, and they, the progress page and the stub stay
        // mapped; the stub returns in this process only, like any C function. All it shares with its child is the
        // progress page. GC may run meanwhile: an unmanaged call, and nothing here points into the heap.
        var result = LaunchStub.Run(arguments, operations, progress);
        Kernel.Check(NativeSignals.SetThreadMask(_maskNumber, &old, null), "rt_sigprocmask");
        if (result < 0 && target >= 0)
        {
            ComeBack();
        }

        return result > 0 ? (int)result : throw new KernelException("clone3", (Errno)(-result), "child");
    }
}
