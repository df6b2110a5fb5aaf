using System.Runtime.InteropServices;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Launch;

/// <summary>
/// From the launcher thread, whose descriptor table is its own, to the process's: messages over the sync socket.
/// <code>
/// launcher thread ── 0xff, pid, pidfd (SCM_RIGHTS) ──▶ watcher ──▶ Cloned
/// Give            ── plan, descriptors (SCM_RIGHTS) ─▶ child
/// child           ── index of the rendezvous ────────▶ watcher ──▶ ReachAsync
/// </code>
/// </summary>
public sealed unsafe partial class LaunchedProcess
{
    private const byte PidFdMessage = 0xff;
    private const int MessageSize = 1 + sizeof(int);

    /// <summary>
    /// Gives the child its plan and descriptors, once; it starts on it when it has been born. The handles may be closed
    /// when this returns. Errors: KernelException, ArgumentException.
    /// </summary>
    /// <param name="plan">Runs as <see cref="Launcher.Begin"/> was told.</param>
    /// <param name="stdin">null = /dev/null.</param>
    /// <param name="stdout">null = /dev/null.</param>
    /// <param name="stderr">null = /dev/null.</param>
    /// <param name="descriptors">For the plan's descriptor names, in their order.</param>
    public void Give(
        LaunchPlan plan, SafeHandle? stdin, SafeHandle? stdout, SafeHandle? stderr, IReadOnlyList<SafeHandle> descriptors)
    {
        if (descriptors.Count != plan.Descriptors.Count)
        {
            throw new ArgumentException(
                $"the plan names {plan.Descriptors.Count} descriptors and is given {descriptors.Count}",
                nameof(descriptors));
        }

        var nothing = _environment.NullDevice;
        SafeHandle[] all = [stdin ?? nothing, stdout ?? nothing, stderr ?? nothing, .. descriptors];
        using var encoder = new PlanEncoder(plan, _planAddress, Progress.ChildPidAddress);
        encoder.Encode(_environment.IgnoredSignals);
        lock (_lock)
        {
            Plan = plan;
            _operations = encoder.Start;
            _prologue = encoder.PrologueCount;
            if (!Sync.IsClosed)
            {
                PlanMessage.Send(Sync, encoder, all);
            }
        }
    }

    /// <summary>Sends the child's pidfd from the launcher thread's table. Errors: KernelException.</summary>
    internal static void SendPidFd(int sync, int pid, int pidFd)
    {
        var payload = stackalloc byte[MessageSize];
        payload[0] = PidFdMessage;
        new ReadOnlySpan<byte>(&pid, sizeof(int)).CopyTo(new Span<byte>(payload + 1, sizeof(int)));
        var control = new PassedDescriptor
        {
            Length = (nuint)(sizeof(PassedDescriptor) - sizeof(int)),
            Level = NativeSockets.SocketLevel,
            Type = NativeSockets.Rights,
            Descriptor = pidFd,
        };
        var segment = new SocketSegment { Start = payload, Length = MessageSize };
        var message = new SocketMessage
        {
            Segments = &segment,
            SegmentCount = 1,
            Control = (byte*)&control,
            ControlLength = (nuint)sizeof(PassedDescriptor),
        };
        // SAFETY: everything the message points to is on this stack until the call returns.
        Kernel.Check(NativeSockets.SendMessage(sync, &message, NativeSockets.NoSignal), "sendmsg", "pidfd of a child");
    }

    /// <summary>Takes one message in; false at the end. On the watcher thread.</summary>
    internal bool Receive()
    {
        var payload = stackalloc byte[MessageSize];
        var control = default(PassedDescriptor);
        var segment = new SocketSegment { Start = payload, Length = MessageSize };
        var message = new SocketMessage
        {
            Segments = &segment,
            SegmentCount = 1,
            Control = (byte*)&control,
            ControlLength = (nuint)sizeof(PassedDescriptor),
        };
        // SAFETY: as above; the kernel writes at most the lengths given.
        var count = NativeSockets.ReceiveMessage(
            Sync.Number, &message, NativeSockets.DontWait | NativeSockets.CloseOnExecReceived);
        if (count < 0)
        {
            return Kernel.LastError is Errno.EAGAIN or Errno.EINTR;
        }

        // Only the launcher thread's message carries a descriptor: a child cannot pretend to be it.
        if (count == MessageSize && payload[0] == PidFdMessage && message.ControlLength > 0 && Runner.IsInvalid)
        {
            Attach(*(int*)(payload + 1), new FileDescriptor(control.Descriptor));
        }
        else if (count > 0)
        {
            lock (_lock)
            {
                _reached = payload[0];
                Complete();
            }
        }

        return count > 0;
    }

    /// <summary>There will be no child. On the launcher thread: stores only.</summary>
    internal void Refuse(Exception exception) => Volatile.Write(ref _refused, exception);

    /// <summary>Ends a launch without a child. On any thread with the process's table.</summary>
    internal void Abandon()
    {
        HandOvers.Remove(this);
        lock (_adoption)
        {
            // The reaper may hold a copy of the list from before, and must not look at the page any more.
            _helperEnded = true;
        }

        Sync.Dispose();
        ChildSync.Dispose();
        Progress.Dispose();
        LaunchesUnderWay.Leave(_ticket);
        if (Volatile.Read(ref _refused) is { } refused)
        {
            _cloned.TrySetException(refused);
        }
    }

    private static (FileDescriptor Ours, FileDescriptor Theirs) MakeSync()
    {
        var pair = stackalloc int[2];
        Kernel.Check(
            NativeSockets.Pair(
                NativeSockets.Unix, NativeSockets.SequencedPacket | NativeSockets.CloseOnExec, 0, pair),
            "socketpair",
            "launch");
        return (new FileDescriptor(pair[0]), new FileDescriptor(pair[1]));
    }

    private void Attach(int pid, FileDescriptor pidFd)
    {
        ChildSync.Dispose();
        try
        {
            if (HasHelper)
            {
                HelperFd = pidFd;
                Start.HelperCloned?.Invoke(pid);
            }
            else
            {
                Pid = pid;
                PidFd = pidFd;
                Start.Cloned?.Invoke(this);
            }
        }
        finally
        {
            LaunchesUnderWay.Leave(_ticket);
        }

        _cloned.TrySetResult(this);
    }
}
