using System.Buffers.Text;
using System.Text;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Errors;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Resources;

/// <summary>
/// Puts linux.resources in force on a container's cgroup. Errors: <see cref="TaskException"/> that names field, file,
/// value, errno and the way out. By the cgroup's owner only.
/// </summary>
/// <example>
/// <code>
/// Cgroup cgroup = host.Create(path, CgroupControllers.Standard | ContainerLimits.Needed(resources));
/// ContainerLimits.Create(cgroup, resources);      // before the first process joins; undo = the cgroup's removal
/// …
/// ContainerLimits.Update(cgroup, LinuxResources.Parse(json));
/// </code>
/// </example>
public static class ContainerLimits
{
    // What a container has only when it is asked for.
    private static readonly (CgroupControllers Controller, string Field)[] Late =
    [
        (CgroupControllers.CpuSet, "cpu.cpus"), (CgroupControllers.HugePages, "hugepageLimits"),
        (CgroupControllers.Rdma, "rdma"), (CgroupControllers.NetworkClass, "network.classID"),
        (CgroupControllers.NetworkPriority, "network.priorities"), (CgroupControllers.Misc, "unified"),
    ];

    /// <summary>Controllers a container needs besides <see cref="CgroupControllers.Standard"/>.</summary>
    public static CgroupControllers Needed(LinuxResources? resources) => ResourceWrites.Needed(resources);

    /// <summary>
    /// For a cgroup without processes. Without device rules, nothing but the default devices is allowed: a container
    /// that may use all has to say so.
    /// </summary>
    public static void Create(Cgroup cgroup, LinuxResources? resources)
    {
        Write(cgroup, ResourceWrites.Make(resources ?? new LinuxResources(), cgroup.Layout, now: null));
        DeviceLimits.Apply(cgroup, resources?.Devices ?? [], fresh: true);
    }

    /// <summary>
    /// Changes what is given and leaves the rest. Device rules, when there are any, replace the old ones whole. When
    /// one write is refused, those before it stay.
    /// </summary>
    public static void Update(Cgroup cgroup, LinuxResources resources)
    {
        List<CgroupWrite> writes = ResourceWrites.Make(resources, cgroup.Layout, ReadInForce(cgroup));
        CgroupControllers added = CgroupControllers.None;
        foreach ((CgroupControllers controller, string field) in Late)
        {
            if ((Needed(resources) & controller) != 0
                && cgroup.Find(controller) is null or { Hierarchy.Version: CgroupVersion.V2 })
            {
                Guard(field, controller, () => cgroup.Extend(controller));
                added |= controller;
            }
        }

        Write(cgroup, writes);
        foreach ((CgroupControllers controller, string field) in Late)
        {
            if ((added & controller) != 0)
            {
                Guard(field, controller, () => cgroup.MoveProcesses(controller));
            }
        }

        if (resources.Devices.Count > 0)
        {
            DeviceLimits.Apply(cgroup, resources.Devices, fresh: false);
        }
    }

    private static void Guard(string field, CgroupControllers controller, Action step)
    {
        try
        {
            step();
        }
        catch (KernelException refused)
        {
            throw ResourceRefusal.Refused(new CgroupWrite(controller, "", "", field), refused);
        }
    }

    private static LimitsInForce ReadInForce(Cgroup cgroup)
    {
        CgroupDirectory? memory = cgroup.Find(CgroupControllers.Memory);
        CgroupDirectory? cpu = cgroup.Find(CgroupControllers.Cpu);
        bool unified = memory?.Hierarchy.Version == CgroupVersion.V2;
        return new LimitsInForce(
            ReadBytes(memory, unified ? "memory.max" : "memory.limit_in_bytes"),
            unified ? null : ReadBytes(memory, "memory.memsw.limit_in_bytes"),
            unified ? ReadBytes(memory, "memory.current") : null,
            cpu?.Hierarchy.Version == CgroupVersion.V2 ? cpu.ReadText("cpu.max") : null);
    }

    private static long? ReadBytes(CgroupDirectory? directory, string file)
    {
        Span<byte> buffer = stackalloc byte[32];
        ReadOnlySpan<byte> text = directory is null ? [] : directory.Read(file, buffer, out _);
        return text.StartsWith("max"u8) ? long.MaxValue
            : Utf8Parser.TryParse(text, out long bytes, out _) ? bytes
            : null;
    }

    private static void Write(Cgroup cgroup, List<CgroupWrite> writes)
    {
        List<CgroupWrite> later = [];
        foreach (CgroupWrite write in writes)
        {
            if (TryWrite(cgroup, write, out KernelException? refused))
            {
                continue;
            }

            if (refused!.Errno != Errno.EINVAL || !write.MayComeLater)
            {
                throw ResourceRefusal.Refused(write, refused);
            }

            later.Add(write);
        }

        // What was refused for the sake of a value not yet written goes once more, in the same order and then in the
        // other: a quota and a period can each be waiting for the other.
        for (int round = 0; round < 2 && later.Count > 0; round++)
        {
            later.RemoveAll(write => TryWrite(cgroup, write, out _));
            later.Reverse();
        }

        if (later.Count > 0 && !TryWrite(cgroup, later[0], out KernelException? last))
        {
            throw ResourceRefusal.Refused(later[0], last!);
        }
    }

    private static bool TryWrite(Cgroup cgroup, CgroupWrite write, out KernelException? refused)
    {
        refused = null;
        CgroupDirectory directory = (write.IsUnified ? cgroup.Unified : cgroup.Find(write.Controller))
            ?? throw ResourceRefusal.NoController(write.Field, write.Controller);
        (string file, string value) = (write.File, write.Value);
        Errno errno = directory.TryWrite(file, Encoding.ASCII.GetBytes(value));
        if (errno == Errno.ENOENT && write.Otherwise is { } otherwise)
        {
            (file, value) = otherwise;
            errno = directory.TryWrite(file, Encoding.ASCII.GetBytes(value));
        }

        if (errno == Errno.None || (errno == Errno.ENOENT && write.MayBeMissing))
        {
            return true;
        }

        refused = new KernelException("write", errno, $"{directory.FullPath}/{file} = {value}",
            CgroupHint.ForWrite(file, errno));
        return false;
    }
}
