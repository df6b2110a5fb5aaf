using System.Runtime.InteropServices;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Stdio;

/// <summary>
/// An epoll instance whose entries fire once and then rest until armed again, so that a hang-up nobody can act on
/// yet does not spin. Adding, arming and removing is safe from any thread, and so is waiting: an entry that fires once
/// wakes one of the threads. A descriptor stays open until it has been removed.
/// Source: man 7 epoll, Linux ≥ 2.6.9.
/// </summary>
public sealed unsafe class Epoll : IDisposable
{
    private const int MaxEvents = 64;

    private readonly FileDescriptor _epoll = new(Kernel.Check(
        NativePolling.Create(NativePolling.CloseOnExec), "epoll_create1"));

    /// <summary>
    /// Registers a descriptor, at rest. False when it is of a kind that is always ready (a regular file, /dev/null).
    /// </summary>
    public bool TryAdd(SafeHandle descriptor, ulong token)
    {
        if (Control(NativePolling.Add, descriptor, NativePolling.OneShot, token) >= 0)
        {
            return true;
        }

        var errno = Kernel.LastError;
        return errno == Errno.EPERM ? false : throw new KernelException("epoll_ctl", errno, "add");
    }

    /// <summary>Registers a descriptor that fires whenever it is readable, without being armed.</summary>
    public void AddPermanent(FileDescriptor descriptor, ulong token) =>
        Kernel.Check(Control(NativePolling.Add, descriptor, NativePolling.Readable, token), "epoll_ctl", "add");

    /// <summary>
    /// Registers a kernel file that gives notice of changes (a cgroup's events), which fires at each notice. Read it
    /// once before: a file nobody has read gives none. Source: kernel fs/kernfs/file.c, kernfs_generic_poll.
    /// </summary>
    public void AddForNotices(FileDescriptor descriptor, ulong token) => Kernel.Check(
        Control(NativePolling.Add, descriptor, NativePolling.Noticed | NativePolling.EdgeTriggered, token),
        "epoll_ctl",
        "add");

    /// <summary>Fires once when it is ready, at once if it is already.</summary>
    public void Arm(SafeHandle descriptor, Readiness readiness, ulong token) => Kernel.Check(
        Control(
            NativePolling.Modify,
            descriptor,
            NativePolling.OneShot | readiness switch
            {
                Readiness.Readable => NativePolling.Readable,
                Readiness.Writable => NativePolling.Writable,
                _ => 0,
            },
            token),
        "epoll_ctl",
        "arm");

    /// <summary>Fires at each change towards readable, until armed otherwise; a standing hang-up fires once.</summary>
    public void ArmForChanges(FileDescriptor descriptor, ulong token) => Kernel.Check(
        Control(NativePolling.Modify, descriptor, NativePolling.Readable | NativePolling.EdgeTriggered, token),
        "epoll_ctl",
        "arm for changes");

    public void Remove(SafeHandle descriptor) =>
        Kernel.Check(Control(NativePolling.Delete, descriptor, 0, 0), "epoll_ctl", "remove");

    /// <summary>
    /// Waits and writes the tokens of what fired. −1 waits without limit. An interruption answers 0 tokens.
    /// </summary>
    public int Wait(Span<ulong> tokens, int timeoutMilliseconds)
    {
        var limit = Math.Min(tokens.Length, MaxEvents);
        var entries = stackalloc byte[MaxEvents * 16];
        // SAFETY: room for MaxEvents entries of the larger layout, and no more than that are asked for.
        var count = NativePolling.Wait(_epoll.Number, entries, limit, timeoutMilliseconds);
        if (Kernel.Interrupted(count))
        {
            return 0;
        }

        Kernel.Check(count, "epoll_wait");
        for (var i = 0; i < count; i++)
        {
            tokens[i] = MemoryMarshal.Read<ulong>(
                new ReadOnlySpan<byte>(
                    entries + (i * NativePolling.EventSize) + NativePolling.DataOffset, sizeof(ulong)));
        }

        return count;
    }

    public void Dispose() => _epoll.Dispose();

    private int Control(int operation, SafeHandle descriptor, uint events, ulong token)
    {
        var entry = stackalloc byte[16];
        // SAFETY: both writes stay inside the 16 bytes above, the larger of the two layouts.
        *(uint*)entry = events;
        MemoryMarshal.Write(new Span<byte>(entry + NativePolling.DataOffset, sizeof(ulong)), in token);
        return NativePolling.Control(_epoll.Number, operation, (int)descriptor.DangerousGetHandle(), entry);
    }
}
