using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Linux.Native;
using ShimService.Linux.Tests.Support;

namespace ShimService.Linux.Tests.Launch;

/// <summary>A C program prints what the kernel's and libc's headers say; ours must say the same.</summary>
public sealed class KernelAbiTests
{
    // Newer than the headers of some machines we build on.
    private static readonly Dictionary<string, string> Fallbacks = new()
    {
        ["MS_NOSYMFOLLOW"] = "256", ["MOVE_MOUNT_BENEATH"] = "0x200", ["MOVE_MOUNT_SET_GROUP"] = "0x100",
        ["CLONE_NEWTIME"] = "0x80", ["AT_RECURSIVE"] = "0x8000", ["MOUNT_ATTR_NOSYMFOLLOW"] = "0x00200000",
        ["MOUNT_ATTR_IDMAP"] = "0x00100000", ["CLONE_INTO_CGROUP"] = "0x200000000ULL",
        ["CLONE_CLEAR_SIGHAND"] = "0x100000000ULL",
    };

    [ProgramFact("gcc")]
    public void Constants_WhenComparedWithTheHeaders_ThenAllAreTheSame()
    {
        var expected = new List<(string Expression, long Value)>();
        foreach (var field in typeof(FlagNames).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            foreach (var (value, name) in ((FlagNames)field.GetValue(null)!).Table)
            {
                expected.Add((name, value));
            }
        }

        foreach (var errno in Enum.GetValues<Errno>())
        {
            if (errno != Errno.None)
            {
                expected.Add((errno.ToString(), (long)errno));
            }
        }

        foreach (var call in Enum.GetValues<SystemCall>())
        {
            expected.Add(("__NR_" + SystemCalls.Name(call), SystemCalls.Number(call)));
        }

        expected.AddRange(
        [
            ("MADV_DONTFORK", NativeMappings.AdviseDontFork), ("MADV_DOFORK", NativeMappings.AdviseDoFork),
            ("MAP_SHARED", NativeMappings.MapShared), ("MAP_PRIVATE", NativeMappings.MapPrivate),
            ("MAP_ANONYMOUS", NativeMappings.MapAnonymous), ("MAP_NORESERVE", NativeMappings.MapNoReserve),
            ("P_ALL", NativeWaiting.All), ("P_PID", NativeWaiting.ByPid), ("3", NativeWaiting.ByPidFd),
            ("WNOHANG", NativeWaiting.NoHang), ("WEXITED", NativeWaiting.Exited), ("WNOWAIT", NativeWaiting.NoWait),
            ("CLD_EXITED", NativeWaiting.CodeExited), ("SIG_SETMASK", NativeSignals.SetMask),
            ("AF_UNIX", NativeSockets.Unix), ("SOCK_SEQPACKET", NativeSockets.SequencedPacket),
            ("SOCK_CLOEXEC", NativeSockets.CloseOnExec), ("MSG_DONTWAIT", NativeSockets.DontWait),
            ("MSG_NOSIGNAL", NativeSockets.NoSignal), ("SOL_SOCKET", NativeSockets.SocketLevel),
            ("SCM_RIGHTS", NativeSockets.Rights), ("MSG_CMSG_CLOEXEC", 0x40000000),
            ("CLONE_PIDFD", 0x1000), ("CLONE_CLEAR_SIGHAND", 1L << 32), ("CLONE_INTO_CGROUP", 1L << 33),
            ("CLONE_FILES", 0x400), ("SIGCHLD", 17), ("F_ADD_SEALS", 1033), ("F_DUPFD", 0), ("F_SETFD", 2),
            ("AT_FDCWD", -100), ("X_OK", 1),
            ("O_NONBLOCK", NativeStream.O_NONBLOCK), ("O_CLOEXEC", NativeStream.O_CLOEXEC),
            ("F_GETFL", NativeStream.F_GETFL), ("F_SETFL", NativeStream.F_SETFL),
            ("F_DUPFD_CLOEXEC", NativeStream.F_DUPFD_CLOEXEC), ("F_SETPIPE_SZ", NativeStream.F_SETPIPE_SZ),
            ("SPLICE_F_MOVE", NativeStream.SPLICE_F_MOVE), ("SPLICE_F_NONBLOCK", NativeStream.SPLICE_F_NONBLOCK),
            ("FIONREAD", (long)NativeStream.FIONREAD),
            ("POLLIN", NativeStream.POLLIN), (
                "POLLOUT", NativeStream.POLLOUT), ("POLLERR", NativeStream.POLLERR), ("POLLHUP", NativeStream.POLLHUP),
            ("SOCK_STREAM", NativeSockets.Stream), ("SOCK_NONBLOCK", NativeSockets.NonBlocking),
            ("EPOLL_CTL_ADD", NativePolling.Add), ("EPOLL_CTL_DEL", NativePolling.Delete),
            ("EPOLL_CTL_MOD", NativePolling.Modify), ("EPOLLIN", NativePolling.Readable),
            ("EPOLLOUT", NativePolling.Writable), ("EPOLLONESHOT", NativePolling.OneShot),
            ("(unsigned)EPOLLET", NativePolling.EdgeTriggered), ("EPOLL_CLOEXEC", NativePolling.CloseOnExec),
            ("EFD_CLOEXEC", NativePolling.CloseOnExec), ("EFD_NONBLOCK", NativePolling.NonBlocking),
            ("TIOCSWINSZ", (long)NativeTerminal.TIOCSWINSZ), ("TIOCGWINSZ", (long)NativeTerminal.TIOCGWINSZ),
            ("__NR_pidfd_open", NativePidfd.SYS_pidfd_open), ("__NR_pidfd_getfd", NativePidfd.SYS_pidfd_getfd),
        ]);
        Compare(expected);
    }

    [ProgramFact("gcc")]
    public unsafe void Layouts_WhenComparedWithTheHeaders_ThenAllAreTheSame()
    {
        var expected = new List<(string Expression, long Value)>
        {
            ("sizeof(struct clone_args)", sizeof(NativeCloneArguments)),
            ("sizeof(struct open_how)", PlanArgument.OpenHowSize),
            ("sizeof(siginfo_t)", NativeWaiting.InfoSize),
            ("offsetof(siginfo_t, si_code)", NativeWaiting.CodeOffset),
            ("offsetof(siginfo_t, si_pid)", NativeWaiting.PidOffset),
            ("offsetof(siginfo_t, si_status)", NativeWaiting.StatusOffset),
            ("sizeof(struct msghdr)", sizeof(SocketMessage)),
            ("offsetof(struct msghdr, msg_iov)", Offset<SocketMessage>("Segments")),
            ("offsetof(struct msghdr, msg_control)", Offset<SocketMessage>("Control")),
            ("offsetof(struct msghdr, msg_controllen)", Offset<SocketMessage>("ControlLength")),
            ("offsetof(struct msghdr, msg_flags)", Offset<SocketMessage>("Flags")),
            ("sizeof(struct iovec)", sizeof(SocketSegment)),
            ("CMSG_SPACE(sizeof(int))", sizeof(PassedDescriptor)),
            ("CMSG_LEN(sizeof(int))", sizeof(PassedDescriptor) - sizeof(int)),
            ("sizeof(((struct sockaddr_un *)0)->sun_path)", NativeSockets.MaxPathBytes),
            ("sizeof(struct pollfd)", sizeof(PollEntry)),
            ("offsetof(struct pollfd, events)", Offset<PollEntry>("Wanted")),
            ("offsetof(struct pollfd, revents)", Offset<PollEntry>("Found")),
            ("sizeof(struct winsize)", sizeof(WindowSize)),
            ("offsetof(struct winsize, ws_col)", Offset<WindowSize>("Columns")),
            ("sizeof(struct loop_config)", sizeof(LoopConfiguration)),
            ("offsetof(struct loop_config, info.lo_flags)", Offset<LoopConfiguration>("Flags")),
            ("offsetof(struct loop_config, info.lo_file_name)", Offset<LoopConfiguration>("Name")),
            ("sizeof(((struct loop_info64 *)0)->lo_file_name)", LoopConfiguration.NameSize),
            ("LOOP_CTL_GET_FREE", (long)LoopCalls.GetFree),
            ("LOOP_CONFIGURE", (long)LoopCalls.Configure),
            ("LO_FLAGS_AUTOCLEAR", LoopCalls.AutoClear),
            ("sizeof(struct statx)", sizeof(FileStatus)),
            ("offsetof(struct statx, stx_mode)", Offset<FileStatus>("Mode")),
            ("offsetof(struct statx, stx_nlink)", Offset<FileStatus>("Links")),
            ("offsetof(struct statx, stx_mtime)", Offset<FileStatus>("ModifiedSeconds")),
            ("offsetof(struct statx, stx_size)", Offset<FileStatus>("Size")),
            ("offsetof(struct statx, stx_rdev_major)", Offset<FileStatus>("DeviceMajor")),
            ("sizeof(struct epoll_event)", NativePolling.EventSize),
            ("offsetof(struct epoll_event, data)", NativePolling.DataOffset),
            // The stub's own structure, as its listing describes it.
            ("80", sizeof(NativeOperation)),
            ("8", Offset<NativeOperation>("Arguments")),
            ("56", Offset<NativeOperation>("Minimum")),
            ("64", Offset<NativeOperation>("Tolerated")),
            ("72", Offset<NativeOperation>("Store")),
        };
        foreach (var (field, name) in ((string, string)[])
            [("Flags", "flags"), ("PidFd", "pidfd"), ("ExitSignal", "exit_signal"), ("SetTid", "set_tid"), ("Cgroup", "cgroup")])
        {
            expected.Add(($"offsetof(struct clone_args, {name})", Offset<NativeCloneArguments>(field)));
        }

        Compare(expected);
    }

    [ProgramFact("gcc")]
    public void SystemCalls_WhenArchitectureIsArm64_ThenNumbersAreThoseOfAsmGeneric()
    {
        var expected = new List<(string Expression, long Value)>();
        foreach (var call in Enum.GetValues<SystemCall>())
        {
            expected.Add(("__NR_" + SystemCalls.Name(call), SystemCalls.Number(call, Architecture.Arm64)));
        }

        Compare(expected, "#include <stdio.h>\n#define __ARCH_WANT_SYS_CLONE3\n#include <asm-generic/unistd.h>\n");
    }

    [ProgramFact("gcc")]
    public void Netlink_WhenComparedWithTheHeaders_ThenAllNumbersAreTheSame()
    {
        var expected = new List<(string Expression, long Value)>();
        foreach (var field in typeof(NetlinkNumbers).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var expression = field.Name switch
            {
                nameof(NetlinkNumbers.HeaderSize) => "sizeof(struct nlmsghdr)",
                nameof(NetlinkNumbers.AttributeSize) => "sizeof(struct nlattr)",
                nameof(NetlinkNumbers.LinkSize) => "sizeof(struct ifinfomsg)",
                nameof(NetlinkNumbers.AddressSize) => "sizeof(struct ifaddrmsg)",
                nameof(NetlinkNumbers.RouteSize) => "sizeof(struct rtmsg)",
                nameof(NetlinkNumbers.NLA_TYPE_BITS) => "(unsigned short)NLA_TYPE_MASK",
                nameof(NetlinkNumbers.GenericSize) => "NLMSG_ALIGN(sizeof(struct rtgenmsg))",
                _ => field.Name,
            };
            expected.Add((expression, Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)));
        }

        Compare(expected, """
            #include <stdio.h>
            #include <sys/socket.h>
            #include <linux/if.h>
            #include <linux/if_addr.h>
            #include <linux/if_link.h>
            #include <linux/net_namespace.h>
            #include <linux/netlink.h>
            #include <linux/rtnetlink.h>
            #include <linux/veth.h>

            """);
    }

    private static long Offset<T>(string field) => Marshal.OffsetOf<T>(field).ToInt64();

    private static void Compare(List<(string Expression, long Value)> expected, string? includes = null)
    {
        var source = new StringBuilder(includes ?? """
            #define _GNU_SOURCE
            #include <errno.h>
            #include <fcntl.h>
            #include <sched.h>
            #include <signal.h>
            #include <stddef.h>
            #include <stdio.h>
            #include <poll.h>
            #include <sys/epoll.h>
            #include <sys/eventfd.h>
            #include <sys/ioctl.h>
            #include <sys/mman.h>
            #include <sys/mount.h>
            #include <sys/prctl.h>
            #include <sys/socket.h>
            #include <sys/stat.h>
            #include <sys/syscall.h>
            #include <sys/uio.h>
            #include <sys/un.h>
            #include <sys/wait.h>
            #include <unistd.h>
            #include <linux/openat2.h>
            #include <linux/loop.h>
            #include <linux/sched.h>

            """);
        foreach (var (name, value) in Fallbacks)
        {
            source.Append(CultureInfo.InvariantCulture, $"#ifndef {name}\n#define {name} {value}\n#endif\n");
        }

        source.Append("int main(void) {\n");
        foreach (var (expression, _) in expected)
        {
            source.Append(CultureInfo.InvariantCulture, $"printf(\"%lld\\n\", (long long)({expression}));\n");
        }

        source.Append("return 0; }\n");
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "abi.c");
        var program = Path.Combine(directory.Path, "abi");
        File.WriteAllText(file, source.ToString());
        Tool.Run("gcc", "-w", "-o", program, file);
        var lines = Tool.Run(program).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected.Count, lines.Length);
        var wrong = expected.Where((item, i) => item.Value != long.Parse(lines[i], CultureInfo.InvariantCulture))
            .Select(item => $"{item.Expression}: ours is {item.Value}").ToArray();
        Assert.Empty(wrong);
    }
}
