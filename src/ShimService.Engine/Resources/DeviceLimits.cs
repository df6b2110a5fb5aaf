using ShimService.Linux.Bpf;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Errors;
using ShimService.Oci.Model;

namespace ShimService.Engine.Resources;

/// <summary>Puts the device rules of a container in force: files on v1, a program on v2.</summary>
internal static class DeviceLimits
{
    /// <summary><paramref name="fresh"/>: the cgroup was made just now, with nothing in force.</summary>
    public static void Apply(Cgroup cgroup, IReadOnlyList<LinuxDeviceRule> rules, bool fresh)
    {
        if (cgroup.Find(CgroupControllers.Devices) is { } directory)
        {
            DeviceAllowList? now = fresh ? null : DeviceAllowList.Parse(directory.ReadText("devices.list") ?? "");
            Write(directory, DeviceAllowList.From(rules).WritesFrom(now));
            return;
        }

        if (cgroup.Layout.Mode != CgroupMode.Unified)
        {
            if (rules.Count > 0)
            {
                throw ResourceRefusal.NoController("devices", CgroupControllers.Devices);
            }

            return;
        }

        DeviceProgram program = DeviceProgram.Compile(Convert(rules));
        try
        {
            DeviceFilter.Attach(program, cgroup);
        }
        catch (KernelException refused)
        {
            throw ResourceRefusal.Refused(
                new CgroupWrite(CgroupControllers.Devices, "BPF_CGROUP_DEVICE", "program", "devices"), refused);
        }
    }

    // In order, but opening each file once for as long as the writes go to it: a fresh group takes a dozen.
    private static void Write(CgroupDirectory directory, List<(bool Allow, string Rule)> writes)
    {
        string[] rules = new string[writes.Count];
        for (int start = 0; start < writes.Count;)
        {
            bool allow = writes[start].Allow;
            int end = start;
            while (end < writes.Count && writes[end].Allow == allow)
            {
                rules[end] = writes[end].Rule;
                end++;
            }

            string file = allow ? "devices.allow" : "devices.deny";
            Errno errno = directory.TryWriteEach(file, rules.AsSpan(start, end - start), out int written);
            if (errno != Errno.None)
            {
                string rule = rules[start + written];
                string? hint = errno == Errno.EPERM ? "the parent cgroup does not allow that device" : null;
                throw ResourceRefusal.Refused(
                    new CgroupWrite(CgroupControllers.Devices, file, rule, "devices"),
                    new KernelException("write", errno, $"{directory.FullPath}/{file} = {rule}", hint));
            }

            start = end;
        }
    }

    private static List<DeviceRule> Convert(IReadOnlyList<LinuxDeviceRule> rules)
    {
        List<DeviceRule> converted = [];
        foreach (LinuxDeviceRule rule in (IEnumerable<LinuxDeviceRule>)[.. rules, .. DefaultDeviceRules.All])
        {
            DeviceKinds kinds = rule.Kind switch
            {
                DeviceKind.Character => DeviceKinds.Character,
                DeviceKind.Block => DeviceKinds.Block,
                DeviceKind.All => DeviceKinds.Character | DeviceKinds.Block,
                _ => DeviceKinds.None,
            };

            // As on v1, "a" is everything, whatever else its rule says.
            bool all = rule.Kind == DeviceKind.All;
            DeviceAccess access = all ? DeviceAccess.All
                : (rule.Access.Contains('r') ? DeviceAccess.Read : DeviceAccess.None)
                | (rule.Access.Contains('w') ? DeviceAccess.Write : DeviceAccess.None)
                | (rule.Access.Contains('m') ? DeviceAccess.Make : DeviceAccess.None);
            if (kinds != DeviceKinds.None)
            {
                converted.Add(new DeviceRule(
                    rule.Allow, kinds, all ? null : (uint?)rule.Major, all ? null : (uint?)rule.Minor, access));
            }
        }

        return converted;
    }
}
