using System.Runtime.InteropServices;
using ShimService.Linux.Native;

namespace ShimService.Linux.Launch;

/// <summary>
/// The stub's machine code, mapped read+execute from a sealed memfd for the life of the process: memory that can be
/// written and memory that can be executed are never the same, as MemoryDenyWriteExecute and SELinux ask.
/// </summary>
internal static unsafe class LaunchStub
{
    private static readonly nint Start = MapCode();

    /// <summary>Runs a plan in a child of clone3. Returns in the parent only: the pid, or -errno.</summary>
    // SAFETY: the stub's first bytes take exactly these three pointers; they stay mapped for good.
    public static delegate* unmanaged<NativeCloneArguments*, NativeOperation*, long*, long> Run =>
        (delegate* unmanaged<NativeCloneArguments*, NativeOperation*, long*, long>)Start;

    /// <summary>The page a child needs.</summary>
    public static MemoryRange Range => new(Start, Environment.SystemPageSize);

    /// <summary>The calling thread's thread pointer.</summary>
    public static nint ThreadPointer()
    {
        var offset = StubCode.ThreadPointerOffset(RuntimeInformation.ProcessArchitecture);
        // SAFETY: the code at this offset takes no arguments, touches no memory but the thread's own, and returns.
        return ((delegate* unmanaged[SuppressGCTransition]<nint>)(Start + offset))();
    }

    private static nint MapCode()
    {
        const int addSeals = 1033, everySeal = 0xf;
        var code = StubCode.For(RuntimeInformation.ProcessArchitecture);
        using var file = MemoryFiles.Create("shimservice-stub"u8, MemoryFiles.CloseOnExec | MemoryFiles.AllowSealing);
        Files.Write(file, code, "launch stub");
        Kernel.Check(NativeFile.Control(file.Number, addSeals, everySeal), "fcntl", "F_ADD_SEALS of the launch stub");
        return NativeMappings.CheckedMap((nuint)Environment.SystemPageSize,
            NativeMappings.ProtectRead | NativeMappings.ProtectExecute, NativeMappings.MapShared, file.Number,
            "launch stub: executable memory is denied to this process");
    }
}
