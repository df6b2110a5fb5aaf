using System.Runtime.InteropServices;

namespace ShimService.Cli.Descriptors;

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DataVector
{
    public byte* Start;
    public nuint Length;
}
