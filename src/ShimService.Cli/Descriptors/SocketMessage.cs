using System.Runtime.InteropServices;

namespace ShimService.Cli.Descriptors;

/// <summary>struct msghdr, on 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SocketMessage
{
    public void* Name;
    public uint NameLength;
    public DataVector* Vectors;
    public nuint VectorCount;
    public DescriptorControl* Control;
    public nuint ControlLength;
    public int Flags;
}
