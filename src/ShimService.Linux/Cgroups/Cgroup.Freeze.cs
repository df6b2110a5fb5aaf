using ShimService.Linux.Errors;

namespace ShimService.Linux.Cgroups;

/// <summary>Pause and resume. Source: kernel cgroup-v1/freezer-subsystem.rst, cgroup-v2.rst "cgroup.freeze".</summary>
public sealed partial class Cgroup
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// By its own switch or a parent's. An exec or a create into a cgroup that is not
    /// <see cref="CgroupFreezeState.Thawed"/>
    /// would hang: refuse it.
    /// </summary>
    public CgroupFreezeState ReadFreezeState()
    {
        if (Core is not { } core)
        {
            return CgroupFreezeState.Thawed;
        }

        Span<byte> buffer = stackalloc byte[256];
        if (core.IsUnified)
        {
            bool asked = core.Read("cgroup.freeze", buffer, out _).StartsWith("1"u8);
            bool frozen = core.Read("cgroup.events", buffer, out _).IndexOf("frozen 1"u8) >= 0;
            return frozen ? CgroupFreezeState.Frozen : asked ? CgroupFreezeState.Freezing : CgroupFreezeState.Thawed;
        }

        ReadOnlySpan<byte> state = core.Read("freezer.state", buffer, out _);
        return state.StartsWith("FROZEN"u8) ? CgroupFreezeState.Frozen
            : state.StartsWith("FREEZING"u8) ? CgroupFreezeState.Freezing
            : CgroupFreezeState.Thawed;
    }

    /// <summary>
    /// Returns once every process has stopped. When <paramref name="limit"/> is over or <paramref name="cancel"/> fires
    /// first, thaws again and throws: ETIMEDOUT, or OperationCanceledException.
    /// </summary>
    public async Task FreezeAsync(TimeSpan limit, CancellationToken cancel)
    {
        CgroupDirectory core = Freezer();
        try
        {
            await SettleAsync(core, CgroupFreezeState.Frozen, limit, cancel);
        }
        catch
        {
            Switch(core, CgroupFreezeState.Thawed);
            throw;
        }
    }

    /// <summary>Returns once the processes run again. ETIMEDOUT also when a parent cgroup is frozen.</summary>
    public Task ThawAsync(TimeSpan limit, CancellationToken cancel) =>
        SettleAsync(Freezer(), CgroupFreezeState.Thawed, limit, cancel);

    private static Errno Switch(CgroupDirectory core, CgroupFreezeState state)
    {
        bool freeze = state == CgroupFreezeState.Frozen;
        return core.IsUnified
            ? core.TryWrite("cgroup.freeze", freeze ? "1"u8 : "0"u8)
            : core.TryWrite("freezer.state", freeze ? "FROZEN"u8 : "THAWED"u8);
    }

    // The v1 freezer has no event, and a process that was in the middle of a fork escapes the first write: so write
    // again, look, and wait longer each time.
    private async Task SettleAsync(
        CgroupDirectory core, CgroupFreezeState wanted, TimeSpan limit, CancellationToken cancel)
    {
        long start = _host.Time.GetTimestamp();
        for (TimeSpan delay = FirstDelay; ; delay = delay * 2 > LongestDelay ? LongestDelay : delay * 2)
        {
            Errno errno = Switch(core, wanted);
            if (errno != Errno.None)
            {
                throw new KernelException(
                    "write", errno, $"{core.FullPath} = {wanted}", CgroupHint.ForWrite("", errno));
            }

            if (ReadFreezeState() == wanted)
            {
                return;
            }

            if (_host.Time.GetElapsedTime(start) > limit)
            {
                throw new KernelException("freeze", Errno.ETIMEDOUT, $"{core.FullPath} = {wanted}",
                    wanted == CgroupFreezeState.Frozen
                        ? "a process is in an uninterruptible wait; try again later"
                        : "a parent cgroup is frozen");
            }

            await Task.Delay(delay, _host.Time, cancel);
        }
    }

    private CgroupDirectory Freezer()
    {
        CgroupDirectory? core = Core;
        return core is not null && (core.IsUnified || (core.Hierarchy.Controllers & CgroupControllers.Freezer) != 0)
            ? core
            : throw new KernelException("freeze", Errno.EOPNOTSUPP, Path.Value, "this host has no cgroup freezer");
    }
}
