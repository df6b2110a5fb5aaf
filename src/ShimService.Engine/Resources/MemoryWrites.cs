using ShimService.Linux.Cgroups;
using ShimService.Oci.Model;

namespace ShimService.Engine.Resources;

/// <summary>
/// Memory limits. 0 is "unset" where a limit of nothing would be nonsense. On v1 the limit of memory and swap together
/// may never be below the one of memory alone, so the order depends on which way they go.
/// Source: kernel cgroup-v1/memory.rst, cgroup-v2.rst "Memory".
/// </summary>
internal static class MemoryWrites
{
    private const CgroupControllers Memory = CgroupControllers.Memory;

    public static void Add(List<CgroupWrite> writes, LinuxMemory memory, CgroupLayout layout, LimitsInForce? now)
    {
        CheckKernel(memory, now);
        if (memory.UseHierarchy == false)
        {
            throw ResourceRefusal.HostLacks("memory.useHierarchy",
                "the kernel always counts the cgroups inside of a cgroup (Linux ≥ 5.11); leave it out");
        }

        if (ResourceWrites.IsUnified(layout, Memory))
        {
            AddUnified(writes, memory, now);
        }
        else
        {
            AddV1(writes, memory, now);
        }
    }

    // Linux takes a limit of kernel memory alone and does nothing (≥ 5.16): it counts as memory. One that the limit of
    // memory sees to as well is granted; any other is not to be had.
    private static void CheckKernel(LinuxMemory memory, LimitsInForce? now)
    {
        long limit = memory.Limit is null or 0 ? now?.Memory ?? long.MaxValue : memory.Limit.Value;
        if (memory.Kernel is > 0 and { } kernel && (limit < 0 || kernel < limit))
        {
            throw ResourceRefusal.HostLacks("memory.kernel",
                $"{kernel} would be less than the limit of memory, and the kernel limits both together (Linux ≥ 5.16); "
                + "set memory.limit instead");
        }
    }

    private static void AddV1(List<CgroupWrite> writes, LinuxMemory memory, LimitsInForce? now)
    {
        long limit = memory.Limit ?? 0;

        // Unlimited memory under a limit of both would be none: lifting the one lifts the other.
        long swap = memory.Swap is null or 0 && limit < 0 && now is not null ? -1 : memory.Swap ?? 0;
        if (swap > 0 && limit <= 0 && now is null)
        {
            throw ResourceRefusal.Invalid(
                "memory.swap", "limits memory and swap together, so it needs memory.limit too");
        }

        CgroupWrite? forMemory = limit == 0 ? null
            : new CgroupWrite(Memory, "memory.limit_in_bytes", ResourceWrites.Text(limit), "memory.limit");
        CgroupWrite? forBoth = swap == 0 ? null
            : new CgroupWrite(Memory, "memory.memsw.limit_in_bytes", ResourceWrites.Text(swap), "memory.swap")
            {
                // Without swap accounting there is no swap to be had, so no limit of it is one.
                MayBeMissing = swap < 0,
            };
        bool grows = now?.MemoryAndSwap is { } inForce && (limit < 0 || limit > inForce);
        AddIfAny(writes, grows ? forBoth : forMemory);
        AddIfAny(writes, grows ? forMemory : forBoth);
        AddBytes(writes, memory.Reservation, "memory.soft_limit_in_bytes", "memory.reservation");
        AddBytes(writes, memory.KernelTcp, "memory.kmem.tcp.limit_in_bytes", "memory.kernelTCP");
        if (memory.Swappiness is { } swappiness)
        {
            writes.Add(new CgroupWrite(
                Memory, "memory.swappiness", ResourceWrites.Text(swappiness), "memory.swappiness"));
        }

        if (memory.DisableOomKiller is { } disabled && (disabled || now is not null))
        {
            writes.Add(new CgroupWrite(Memory, "memory.oom_control", disabled ? "1" : "0", "memory.disableOOMKiller"));
        }
    }

    private static void AddUnified(List<CgroupWrite> writes, LinuxMemory memory, LimitsInForce? now)
    {
        const string OnlyV1 = "is a notion of cgroup v1, which this host does not have; leave it out";
        if (memory.Swappiness is not null)
        {
            throw ResourceRefusal.HostLacks("memory.swappiness", OnlyV1);
        }

        if (memory.DisableOomKiller == true)
        {
            throw ResourceRefusal.HostLacks("memory.disableOOMKiller", OnlyV1);
        }

        if (memory.KernelTcp is > 0)
        {
            throw ResourceRefusal.HostLacks("memory.kernelTCP", OnlyV1);
        }

        long limit = memory.Limit ?? 0;
        CheckUsage(memory, limit, "memory.limit", now);
        CheckUsage(memory, memory.Swap ?? 0, "memory.swap", now);

        if (UnifiedSwap(memory, limit, now) is { } swap)
        {
            writes.Add(new CgroupWrite(Memory, "memory.swap.max", swap, "memory.swap")
            {
                MayBeMissing = swap is "0" or "max",
            });
        }

        AddUnifiedBytes(writes, memory.Limit, "memory.max", "memory.limit");
        AddUnifiedBytes(writes, memory.Reservation, "memory.low", "memory.reservation");
    }

    // Version 1 refuses by itself.
    private static void CheckUsage(LinuxMemory memory, long limit, string field, LimitsInForce? now)
    {
        if (memory.CheckBeforeUpdate == true && limit > 0 && now?.MemoryUsed >= limit)
        {
            throw ResourceRefusal.Invalid(field,
                $"{limit} is not more than the {now.MemoryUsed} bytes in use; free memory in the container first");
        }
    }

    // The spec counts memory and swap together, v2 swap alone. Null: leave it.
    private static string? UnifiedSwap(LinuxMemory memory, long limit, LimitsInForce? now)
    {
        long both = memory.Swap ?? 0;
        if (both == 0)
        {
            return limit < 0 ? "max" : null;
        }

        if (both < 0)
        {
            return "max";
        }

        long against = limit != 0 ? limit : now?.Memory ?? 0;
        if (against < 0)
        {
            return ResourceWrites.Text(both);
        }

        if (against is 0 or long.MaxValue)
        {
            throw ResourceRefusal.Invalid(
                "memory.swap", "limits memory and swap together, so it needs memory.limit too");
        }

        return both >= against
            ? ResourceWrites.Text(both - against)
            : throw ResourceRefusal.Invalid(
                "memory.swap", $"is memory and swap together, so not below the limit {against}");
    }

    private static void AddIfAny(List<CgroupWrite> writes, CgroupWrite? write)
    {
        if (write is not null)
        {
            writes.Add(write);
        }
    }

    private static void AddBytes(List<CgroupWrite> writes, long? bytes, string file, string field)
    {
        if (bytes is { } value and not 0)
        {
            writes.Add(new CgroupWrite(Memory, file, ResourceWrites.Text(value), field));
        }
    }

    private static void AddUnifiedBytes(List<CgroupWrite> writes, long? bytes, string file, string field)
    {
        if (bytes is { } value and not 0)
        {
            writes.Add(new CgroupWrite(Memory, file, value < 0 ? "max" : ResourceWrites.Text(value), field));
        }
    }
}
