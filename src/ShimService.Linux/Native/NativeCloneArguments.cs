using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>struct clone_args, version 2, 88 bytes. Source: linux/sched.h, Linux ≥ 5.7.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeCloneArguments
{
    public ulong Flags;
    public ulong PidFd;
    public ulong ChildTid;
    public ulong ParentTid;
    public ulong ExitSignal;
    public ulong Stack;
    public ulong StackSize;
    public ulong Tls;
    public ulong SetTid;
    public ulong SetTidSize;
    public ulong Cgroup;
}
