using System.Runtime.InteropServices;
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
/// Bound to the thread that made it. The rseq page must stay: the kernel writes it whenever the thread returns to
/// user mode, and kills a child that lacks it.
/// </summary>
internal sealed unsafe class LeanClone(LaunchEnvironment environment, LaunchThread thread) : IDisposable
{
    private readonly PlanEncoder _encoder = new();
    private readonly MemoryRange _restartable = RestartableSequences.Range();
    private readonly int _maskNumber = SystemCalls.Number(SystemCall.RtSigprocmask);

    public LaunchedProcess Launch(LaunchPlan plan, LaunchOptions options)
    {
        var count = plan.Descriptors.Count + 4;
        _encoder.Reserve(plan, count);
        var progress = new ProgressPage();
        LaunchedProcess? process = null;
        FileDescriptor? ours = null;
        try
        {
            Span<MemoryRange> kept = [LaunchStub.Range, _encoder.Range, progress.Range, _restartable];
            Span<MemoryRange> gaps = stackalloc MemoryRange[kept.Length + 1];
            gaps = gaps[..AddressSpace.Gaps(kept, gaps)];
            Span<int> descriptors = stackalloc int[count];
            using var theirs = MakeSync(out ours);
            Collect(descriptors, options, theirs);
            _encoder.Encode(new PlanPrologue
            {
                Cleared = gaps,
                Descriptors = descriptors,
                IgnoredSignals = environment.IgnoredSignals,
                ParentDeath = plan.Rendezvous.Count > 0 ? ParentDeath.Die : ParentDeath.Survive,
            });
            lock (LaunchEnvironment.CloneLock)
            {
                Mark(kept, gaps, progress);
                var pid = Clone(options, progress.Words);
                // SAFETY: the encoder's own memory, which clone3 has filled before it returned a pid.
                process = new LaunchedProcess(plan, pid, new FileDescriptor(*_encoder.PidFd), ours, progress,
                    (nint)_encoder.Operations, _encoder.PrologueCount);
                options.Cloned?.Invoke(process);
            }

            environment.Watcher.Add(process);
            return process;
        }
        catch when (process is null)
        {
            ours?.Dispose();
            progress.Dispose();
            throw;
        }
    }

    public void Dispose() => _encoder.Dispose();

    private static FileDescriptor MakeSync(out FileDescriptor ours)
    {
        var pair = stackalloc int[2];
        Kernel.Check(NativeSockets.Pair(NativeSockets.Unix, NativeSockets.SequencedPacket | NativeSockets.CloseOnExec,
            0, pair), "socketpair", "launch");
        ours = new FileDescriptor(pair[0]);
        return new FileDescriptor(pair[1]);
    }

    private void Collect(Span<int> descriptors, LaunchOptions options, FileDescriptor sync)
    {
        descriptors[0] = Number(options.Stdin ?? environment.NullDevice);
        descriptors[1] = Number(options.Stdout ?? environment.NullDevice);
        descriptors[2] = Number(options.Stderr ?? environment.NullDevice);
        for (var i = 0; i < options.Descriptors.Count; i++)
        {
            descriptors[3 + i] = Number(options.Descriptors[i]);
        }

        descriptors[^1] = sync.Number;
    }

    // The options' contract keeps the handle open over the launch.
    private static int Number(SafeHandle handle) => !handle.IsInvalid && !handle.IsClosed
        ? (int)handle.DangerousGetHandle()
        : throw new ArgumentException("a descriptor of the launch is closed");

    private void Mark(ReadOnlySpan<MemoryRange> kept, ReadOnlySpan<MemoryRange> gaps, ProgressPage progress)
    {
        if (LaunchEnvironment.Marked != thread)
        {
            // Another thread's launch has marked this thread's memory as not to be copied.
            foreach (var range in kept)
            {
                if (range.Length != 0)
                {
                    Kernel.Check(NativeMappings.Advise(range.Start, (nuint)range.Length, NativeMappings.AdviseDoFork),
                        "madvise", "launch memory");
                }
            }

            LaunchEnvironment.Marked = thread;
        }

        foreach (var gap in gaps)
        {
            if (NativeMappings.Advise(gap.Start, (nuint)gap.Length, NativeMappings.AdviseDontFork) < 0
                && Kernel.LastError != Errno.ENOMEM)
            {
                throw new KernelException("madvise", Kernel.LastError, "memory that a child must not get");
            }
        }
    }

    private int Clone(LaunchOptions options, long* progress)
    {
        const ulong intoPidFd = 0x1000, clearSignalHandlers = 1UL << 32, intoCgroup = 1UL << 33, childSignal = 17;
        var arguments = _encoder.CloneArguments;
        *arguments = new NativeCloneArguments
        {
            Flags = intoPidFd | clearSignalHandlers | (ulong)options.Namespaces,
            PidFd = (ulong)_encoder.PidFd,
            ExitSignal = childSignal,
        };
        if (options.Cgroup is { } cgroup)
        {
            arguments->Flags |= intoCgroup;
            arguments->Cgroup = (ulong)Number(cgroup);
        }

        if (options.PidNamespaceOf is { } target)
        {
            NativeNamespaces.Join(Number(target), Abi.NamespaceFlags.Pid, "the container's pid namespace");
        }

        var all = ulong.MaxValue;
        ulong old;
        Kernel.Check(NativeSignals.SetThreadMask(_maskNumber, &all, &old), "rt_sigprocmask");
        // SAFETY: the encoder filled clone_args and the operations, and they, the progress page and the stub stay
        // mapped; the stub returns in this process only, like any C function. All it shares with its child is the
        // progress page. GC may run meanwhile: an unmanaged call, and nothing here points into the heap.
        var result = LaunchStub.Run(arguments, _encoder.Operations, progress);
        Kernel.Check(NativeSignals.SetThreadMask(_maskNumber, &old, null), "rt_sigprocmask");
        if (options.PidNamespaceOf is not null)
        {
            NativeNamespaces.Join(environment.PidNamespace.Number, Abi.NamespaceFlags.Pid, "the shim's pid namespace");
        }

        return result > 0 ? (int)result : throw new KernelException("clone3", (Errno)(-result), "child");
    }
}
