using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;

namespace ShimService.Linux.Tests.Launch;

public sealed class PlanListingTests
{
    [Fact]
    public void ToString_WhenPlanUsesEveryArgumentKind_ThenEachIsSpelled()
    {
        var builder = new PlanBuilder();
        var rootfs = builder.Descriptor("rootfs");
        var proc = builder.Call("open /proc", "config.md#mounts", SystemCall.Openat2, rootfs, "proc",
            PlanArgument.OpenHow(OpenFlags.Path | OpenFlags.Directory, ResolveFlags.InRoot), PlanArgument.OpenHowSize);
        builder.Call("mount /proc", "config.md#mounts", SystemCall.Fchdir, proc).Tolerate(Errno.ENOENT, Errno.ENOTDIR);
        builder.Call("make private", "x", SystemCall.Mount, 0, "/", 0, MountFlags.Recursive | MountFlags.Private);
        builder.Gate("start");
        builder.Execute("execute", "config.md#process", ["/bin/true"], ["true"], ["A=1"]);

        Assert.Equal(
            """
            descriptor 3: rootfs
            open /proc: openat2(rootfs, "proc", {O_DIRECTORY|O_PATH, RESOLVE_IN_ROOT}, 24) = r0  # config.md#mounts
            mount /proc: fchdir(r0) ?ENOENT,ENOTDIR  # config.md#mounts
            make private: mount(0, "/", 0, MS_REC|MS_PRIVATE)  # x
            tie the parked process to the shim before start: prctl(PR_SET_PDEATHSIG, 9)  # launch
            report start: write(sync, <00>, 1) >= 1  # launch
            wait at start: read(sync, buf[1], 1) >= 1  # launch
            untie the process from the shim after start: prctl(PR_SET_PDEATHSIG, 0)  # launch
            close every other descriptor: close_range(3, sync-1, 0) ?EINVAL  # launch
            close every other descriptor: close_range(sync+1, 4294967295, 0)  # launch
            unblock signals: rt_sigprocmask(2, <0000000000000000>, 0, 8)  # launch
            execute: execve("/bin/true", ["true"], ["A=1"])  # config.md#process

            """,
            builder.Build().ToString());
    }

    [Fact]
    public void FromText_WhenTextHoldsNul_ThenItIsRefused() =>
        Assert.Throws<ArgumentException>(() => PlanArgument.FromText("a\0b"));
}
