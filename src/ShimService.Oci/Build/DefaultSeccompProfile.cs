using System.Runtime.InteropServices;
using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>
/// The filter of a container that asks for none: Docker's default profile (github.com/moby/profiles, seccomp), so that
/// what runs there runs here. An allow list; what a capability of the container covers is allowed with it.
/// </summary>
public static partial class DefaultSeccompProfile
{
    private const uint EPERM = 1;
    private const uint ENOSYS = 38;

    // CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}: a new namespace needs CAP_SYS_ADMIN, and a new user namespace would
    // hand out the rest of them.
    private const ulong NewNamespaces = 0x7E020000;

    private static readonly (string Capability, string Names)[] WithCapability =
    [
        ("CAP_DAC_READ_SEARCH", "open_by_handle_at"),
        ("CAP_SYS_ADMIN",
            "bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie lsm_get_self_attr " +
            "lsm_list_modules lsm_set_self_attr mount mount_setattr move_mount open_tree perf_event_open quotactl " +
            "quotactl_fd setdomainname sethostname setns syslog umount umount2 unshare"),
        ("CAP_SYS_BOOT", "reboot"),
        ("CAP_SYS_CHROOT", "chroot"),
        ("CAP_SYS_MODULE", "delete_module init_module finit_module"),
        ("CAP_SYS_PACCT", "acct"),
        ("CAP_SYS_PTRACE", "kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace"),
        ("CAP_SYS_RAWIO", "iopl ioperm"),
        ("CAP_SYS_TIME", "settimeofday stime clock_settime clock_settime64"),
        ("CAP_SYS_TTY_CONFIG", "vhangup"),
        ("CAP_SYS_NICE", "get_mempolicy mbind set_mempolicy set_mempolicy_home_node"),
        ("CAP_SYSLOG", "syslog"),
        ("CAP_BPF", "bpf"),
        ("CAP_PERFMON", "perf_event_open"),
    ];

    // PER_LINUX, PER_LINUX32, UNAME26 with either, and the question what it is now.
    private static readonly ulong[] Personalities = [0x0, 0x8, 0x20000, 0x20008, 0xFFFFFFFF];

    /// <summary>The profile for a container with these capabilities (its bounding set) on such a machine.</summary>
    public static LinuxSeccomp Build(LinuxCapabilities capabilities, Architecture machine)
    {
        bool isArm = machine is Architecture.Arm64 or Architecture.Arm;
        List<LinuxSyscallRule> rules =
        [
            Allow(Always),

            // Since Linux 4.8 a tracer cannot get around a filter.
            Allow("process_vm_readv process_vm_writev ptrace"),

            // Not AF_ALG (38), the kernel's crypto with a history of bugs, nor AF_VSOCK (40), which no namespace holds.
            Allow("socket", new LinuxSeccompArg(0, 38, 0, SeccompOperator.LessThan)),
            Allow("socket", new LinuxSeccompArg(0, 39, 0, SeccompOperator.Equal)),
            Allow("socket", new LinuxSeccompArg(0, 40, 0, SeccompOperator.GreaterThan)),
            Allow(isArm
                ? "arm_fadvise64_64 arm_sync_file_range sync_file_range2 breakpoint cacheflush set_tls"
                : "arch_prctl modify_ldt"),
        ];
        foreach (ulong personality in Personalities)
        {
            rules.Add(Allow("personality", new LinuxSeccompArg(0, personality, 0, SeccompOperator.Equal)));
        }

        foreach ((string capability, string names) in WithCapability)
        {
            if (capabilities.Bounding.Contains(capability))
            {
                rules.Add(Allow(names));
            }
        }

        if (!capabilities.Bounding.Contains("CAP_SYS_ADMIN"))
        {
            rules.Add(Allow("clone", new LinuxSeccompArg(0, NewNamespaces, 0, SeccompOperator.MaskedEqual)));

            // clone3 has its flags in memory, where no filter sees them; on ENOSYS the C library takes clone.
            rules.Add(new LinuxSyscallRule
            {
                Names = ["clone3"],
                Action = SeccompAction.Errno,
                ErrnoRet = ENOSYS,
            });
        }

        return new LinuxSeccomp
        {
            DefaultAction = SeccompAction.Errno,
            DefaultErrnoRet = EPERM,
            Architectures = isArm
                ? ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"]
                : ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
            Syscalls = rules,
        };
    }

    private static LinuxSyscallRule Allow(string names, params LinuxSeccompArg[] args) => new()
    {
        Names = names.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries),
        Action = SeccompAction.Allow,
        Args = args,
    };
}
