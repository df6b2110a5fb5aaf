using ShimService.Linux.Errors;

namespace ShimService.Linux.Launch;

/// <summary>What to do about a refused call, where the pair of call and errno tells it.</summary>
public static class LaunchHints
{
    /// <summary>null = nothing more is known.</summary>
    public static string? For(SystemCall call, Errno errno) => (call, errno) switch
    {
        (SystemCall.Execve or SystemCall.Faccessat2, Errno.ENOENT) =>
            "no such program in the container; check args[0], PATH, and the rootfs (a script's interpreter counts too)",
        (SystemCall.Fcntl, Errno.ENOENT) =>
            "no such program in any directory of PATH; check args[0] and PATH",
        (SystemCall.Execve or SystemCall.Faccessat2, Errno.EACCES) =>
            "the file is a directory or has no execute permission for the container's user",
        (SystemCall.Execve, Errno.ENOEXEC) =>
            "not a program this machine can run: another architecture, or a script without its first line #!",
        (SystemCall.Execve, Errno.E2BIG) => "args and env are too large together",
        (SystemCall.Chdir, Errno.ENOENT) => "the working directory does not exist in the rootfs; create it or change cwd",
        (SystemCall.Chdir, Errno.EACCES) => "the container's user may not enter the working directory",
        (SystemCall.Prlimit64, Errno.EPERM) => "a hard limit above the shim's own needs CAP_SYS_RESOURCE on the host",
        (SystemCall.Sethostname, Errno.EPERM) => "a hostname needs a \"uts\" namespace in linux.namespaces",
        (SystemCall.Setresuid or SystemCall.Setresgid or SystemCall.Setgroups, Errno.EINVAL) =>
            "the id is not mapped in the container's user namespace; extend uidMappings and gidMappings",
        (SystemCall.Fsmount or SystemCall.Fsconfig or SystemCall.Mount, Errno.EPERM) =>
            "the user namespace does not own what is mounted; proc needs \"pid\", sysfs \"network\", mqueue \"ipc\" in "
            + "linux.namespaces, new ones or the user namespace's own",
        (SystemCall.Fsopen or SystemCall.Mount, Errno.ENODEV) =>
            "this kernel has no filesystem of that type; check the mount's type, or load its module",
        (SystemCall.Fsconfig or SystemCall.Mount, Errno.EINVAL) => "the filesystem does not take one of the mount's options",
        (SystemCall.Openat2 or SystemCall.OpenTree or SystemCall.Openat, Errno.ENOENT) => "the path does not exist",
        (SystemCall.Openat2, Errno.ELOOP or Errno.EXDEV) =>
            "a component of the path is a symbolic link where none is followed, or has become one meanwhile; make it a "
            + "directory in the rootfs",
        (SystemCall.MoveMount, Errno.EINVAL) =>
            "nothing can be mounted there: a symbolic link in a place like /proc, /dev or /sys is not followed; make it a "
            + "directory in the rootfs",
        (SystemCall.MoveMount, Errno.ENOTDIR) =>
            "a directory is mounted on a directory only, and a file on a file; change what is there in the rootfs",
        (SystemCall.Keyctl, Errno.EDQUOT) =>
            "the user has as many keyrings as it may; raise kernel.keys.maxkeys, or set NoNewKeyring",
        (SystemCall.Keyctl, Errno.EPERM or Errno.EACCES) =>
            "a seccomp filter around the shim refuses keyctl, or a keyring of that name is another user's; "
            + "NoNewKeyring leaves it out",
        (SystemCall.Setns, Errno.EINVAL) => "the file names a namespace of another kind; check the path and the type",
        (_, Errno.None) => "the container's memory limit may be too small to start anything; or somebody killed it",
        (_, Errno.ENOSYS) =>
            $"this kernel is too old for {SystemCalls.Name(call)} (Linux 5.12 has all), or a seccomp filter around the shim "
            + "refuses it",
        (SystemCall.Openat2 or SystemCall.OpenTree or SystemCall.Fsopen or SystemCall.MoveMount or SystemCall.MountSetattr,
            Errno.EPERM) =>
            $"the shim may not call {SystemCalls.Name(call)}: it lacks CAP_SYS_ADMIN, or a seccomp filter around it refuses "
            + "what is newer than its profile",
        (_, Errno.ENOMEM) => "out of memory; the container's memory limit may be too small to start anything",
        (_, Errno.ENOSPC) => "a limit of the host is used up: user.max_*_namespaces, fs.mount-max, or disk space",
        _ => null,
    };
}
