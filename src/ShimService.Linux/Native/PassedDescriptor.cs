using System.Runtime.InteropServices;

namespace ShimService.Linux.Native;

/// <summary>struct cmsghdr with one descriptor behind it, padded as CMSG_SPACE(4).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PassedDescriptor
{
    public nuint Length;
    public int Level;
    public int Type;
    public int Descriptor;
    public int Padding;
}
