using System.Buffers.Binary;
using System.Globalization;
using ShimService.Engine.Compile.Input;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Linux.Seccomp;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// Who the process is and what it may do: no_new_privs, bounding set, groups, ids, capability sets, mask of file modes.
/// With a filter and without no_new_privs, CAP_SYS_ADMIN stays until the filter is loaded behind the gate, and goes
/// right after it.
/// </summary>
internal static class IdentitySection
{
    private const int SystemAdministration = 21;

    /// <summary>0022, which images expect; the specification leaves it open.</summary>
    private const uint DefaultUmask = 0x12;

    /// <summary>
    /// What <see cref="AfterGate"/> and execve call once a filter stands that was loaded with privilege.
    /// </summary>
    internal static IReadOnlyList<(string Step, SystemCall Call, ulong A0, ulong A1)> CallsAfterFilter { get; } =
    [
        ("set capabilities", SystemCall.Capset, 0, 0),
        ("clear ambient capabilities", SystemCall.Prctl, (ulong)ProcessControl.Ambient, KernelValues.AmbientClearAll),
        ("execute the program", SystemCall.Execve, 0, 0),
    ];

    /// <param name="plan">Appended to.</param>
    /// <param name="process">Validated.</param>
    /// <param name="host">What can be granted.</param>
    /// <param name="filtered">A seccomp filter follows in <see cref="AfterGate"/>.</param>
    /// <param name="kept">Capabilities that stay until <see cref="Drop"/>.</param>
    internal static void Append(
        PlanBuilder plan, ProcessSpec process, HostPicture host, bool filtered, ulong kept = 0)
    {
        var sets = CapabilitySets.Of(process, host);
        if (process.NoNewPrivileges)
        {
            plan.Call("forbid new privileges", Clauses.LinuxProcess, SystemCall.Prctl,
                ProcessControl.SetNoNewPrivileges, 1, 0, 0, 0);
        }

        for (var number = 0; number <= host.LastCapability; number++)
        {
            var bit = 1UL << number;
            if ((host.Bounding & bit) != 0 && (sets.Bounding & bit) == 0)
            {
                plan.Call("drop capability from the bounding set", Clauses.LinuxProcess, SystemCall.Prctl,
                    ProcessControl.DropBounding, number, 0, 0, 0).On(Name(number));
            }
        }

        AppendIds(plan, process.User);
        var admin = LoadsWithAdmin(process, filtered) ? 1UL << SystemAdministration : 0;
        SetCapabilities(plan, sets, admin | kept);
        if (admin == 0)
        {
            RaiseAmbient(plan, sets);
        }

        plan.Call("set the file mode mask", Clauses.User, SystemCall.Umask, process.User.Umask ?? DefaultUmask);
    }

    /// <summary>
    /// The last steps before execve: the filter, and what its loading kept open. Null when there are none.
    /// </summary>
    internal static Action<PlanBuilder>? AfterGate(
        ProcessSpec process, HostPicture host, SeccompProgram? filter, ulong kept = 0)
    {
        if (filter is null)
        {
            return null;
        }

        return plan =>
        {
            SeccompStep.Append(plan, filter);
            if (LoadsWithAdmin(process, filtered: true))
            {
                var sets = CapabilitySets.Of(process, host);
                SetCapabilities(plan, sets, kept);
                RaiseAmbient(plan, sets);
            }
        };
    }

    /// <summary>Leaves what the process is to have.</summary>
    internal static void Drop(PlanBuilder plan, ProcessSpec process, HostPicture host) =>
        SetCapabilities(plan, CapabilitySets.Of(process, host), 0);

    /// <summary>The filter needs CAP_SYS_ADMIN, and everything after it has to pass it.</summary>
    internal static bool LoadsWithAdmin(ProcessSpec process, bool filtered) => filtered && !process.NoNewPrivileges;

    private static void AppendIds(PlanBuilder plan, UserSpec user)
    {
        var gids = new byte[Math.Max(user.AdditionalGids.Count, 1) * 4];
        for (var i = 0; i < user.AdditionalGids.Count; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(gids.AsSpan(i * 4), user.AdditionalGids[i]);
        }

        plan.Call("set groups", Clauses.User, SystemCall.Setgroups, user.AdditionalGids.Count, gids);
        plan.Call("set group id", Clauses.User, SystemCall.Setresgid, user.Gid, user.Gid, user.Gid)
            .On(user.Gid.ToString(CultureInfo.InvariantCulture));
        if (user.Uid != 0)
        {
            plan.Call("keep capabilities across the change of user", Clauses.LinuxProcess, SystemCall.Prctl,
                ProcessControl.SetKeepCapabilities, 1, 0, 0, 0);
        }

        plan.Call("set user id", Clauses.User, SystemCall.Setresuid, user.Uid, user.Uid, user.Uid)
            .On(user.Uid.ToString(CultureInfo.InvariantCulture));
    }

    private static void SetCapabilities(PlanBuilder plan, CapabilitySets sets, ulong kept)
    {
        // struct __user_cap_header_struct { version, pid = this process }; then low and high words of the three sets.
        var header = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(header, KernelValues.CapabilityVersion);
        var data = new byte[24];
        ReadOnlySpan<ulong> values = [sets.Effective | kept, sets.Permitted | kept, sets.Inheritable];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(i * 4), (uint)values[i]);
            BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(12 + (i * 4)), (uint)(values[i] >> 32));
        }

        var label = string.Create(CultureInfo.InvariantCulture,
            $"{{effective={values[0]:x}, permitted={values[1]:x}, inheritable={values[2]:x}}}");
        plan.Call("set capabilities", Clauses.LinuxProcess, SystemCall.Capset, header,
            PlanArgument.FromBlock(new PlanBlock(data) { Label = label }));
    }

    private static void RaiseAmbient(PlanBuilder plan, CapabilitySets sets)
    {
        plan.Call("clear ambient capabilities", Clauses.LinuxProcess, SystemCall.Prctl, ProcessControl.Ambient,
            KernelValues.AmbientClearAll, 0, 0, 0);
        for (var number = 0; number < 64; number++)
        {
            if ((sets.Ambient & (1UL << number)) != 0)
            {
                plan.Call("raise ambient capability", Clauses.LinuxProcess, SystemCall.Prctl, ProcessControl.Ambient,
                    KernelValues.AmbientRaise, number, 0, 0).On(Name(number));
            }
        }
    }

    private static string Name(int capability) => capability < CapabilityNames.All.Count
        ? CapabilityNames.All[capability]
        : capability.ToString(CultureInfo.InvariantCulture);
}
