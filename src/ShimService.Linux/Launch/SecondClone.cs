using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Launch;

/// <summary>
/// A process between the launcher and the child: it joins namespaces that a process of several threads cannot, makes
/// the child in them as the launcher's own (CLONE_PARENT), and ends. The kernel writes the child's pid into a page the
/// child does not get. It is in the launcher's pid namespace, so nobody in a container can see it.
/// </summary>
internal readonly unsafe ref struct SecondClone
{
    // In the head, behind the first clone_args and its pidfd, before the message header.
    private const int ArgumentsOffset = 256;

    private readonly ReadOnlySpan<int> _files;
    private readonly IReadOnlyList<JoinedNamespace> _joined;
    private readonly NamespaceFlags _made;
    private readonly nint _pidAddress;

    /// <param name="joined">In their order.</param>
    /// <param name="files">Their numbers in the launcher thread's table.</param>
    /// <param name="made">Namespaces the child is cloned into.</param>
    /// <param name="pidAddress">Where the child's pid is told.</param>
    public SecondClone(
        IReadOnlyList<JoinedNamespace> joined, ReadOnlySpan<int> files, NamespaceFlags made, nint pidAddress)
    {
        _joined = joined;
        _files = files;
        _made = made;
        _pidAddress = pidAddress;
    }

    /// <summary>Joined ones, the page, and the clone; 0 when there is nothing to join.</summary>
    public int OperationCount => _joined.Count == 0 ? 0 : _joined.Count + 2;

    /// <summary>Returns where the child's own operations go.</summary>
    public NativeOperation* Write(ChildMemory memory, NativeOperation* next)
    {
        if (OperationCount == 0)
        {
            return next;
        }

        for (var i = 0; i < _joined.Count; i++)
        {
            *next++ = FirstOperations.Operation(SystemCall.Setns, _files[i], (long)_joined[i].Kind);
        }

        // The kernel rounds 1 up to the page.
        *next = FirstOperations.Operation(SystemCall.Madvise, _pidAddress, 1);
        next++->Arguments[2] = NativeMappings.AdviseDontFork;

        // SAFETY: 88 bytes of the head's first half that nothing else is written to, and an operation's room behind
        // next.
        const ulong sameParent = 0x8000, tellPid = 0x100000;
        var arguments = (NativeCloneArguments*)(memory.Head + ArgumentsOffset);
        *arguments = new NativeCloneArguments
        {
            Flags = sameParent | tellPid | (ulong)_made,
            ParentTid = (ulong)_pidAddress,
        };
        *next = FirstOperations.Operation(SystemCall.Clone3, (nint)arguments, sizeof(NativeCloneArguments));
        next->Tolerated = NativeOperation.EndsParent;
        return next + 1;
    }

    /// <summary>
    /// Waits for the end of the process between, which is near, and returns the pid of the child.
    /// Errors: KernelException with what the process could not do.
    /// </summary>
    /// <param name="joined">As given.</param>
    /// <param name="process">Its pidfd.</param>
    /// <param name="progress">Where it has told what failed.</param>
    /// <param name="first">Its first operation.</param>
    public static int Await(
        IReadOnlyList<JoinedNamespace> joined, int process, ProgressPage progress, NativeOperation* first)
    {
        // It does a few calls that do not wait for anybody. The limit is for a host that cannot even do that.
        const int limitMilliseconds = 10_000;
        var entry = new PollEntry { Descriptor = process, Wanted = NativeStream.POLLIN };
        int ready;
        do
        {
            // SAFETY: one entry of this frame.
            ready = NativeStream.Poll(&entry, 1, limitMilliseconds);
        }
        while (Kernel.Interrupted(ready));

        if (ready == 0)
        {
            _ = NativeSignals.Send(SystemCalls.Number(SystemCall.PidfdSendSignal), process, 9);
            throw new KernelException("clone3", Errno.ETIMEDOUT, "a child in namespaces that are joined");
        }

        if (progress.ChildPid > 0)
        {
            return progress.ChildPid;
        }

        var errno = progress.Result < 0 ? (Errno)(-progress.Result) : Errno.EAGAIN;

        // SAFETY: only compared; the address is that of one of the operations written before the clone.
        var failed = (NativeOperation*)(nint)progress.Operation;
        for (var i = 0; i < joined.Count && failed >= first; i++)
        {
            if (failed->Number == SystemCalls.Number(SystemCall.Setns) && failed->Arguments[1] == (long)joined[i].Kind)
            {
                throw new KernelException(
                    "setns", errno, joined[i].Path, LaunchHints.For(SystemCall.Setns, errno));
            }
        }

        throw new KernelException("clone3", errno, "a child in namespaces that are joined");
    }
}
