using System.Runtime.InteropServices;

namespace ShimService.Cli.Descriptors;

/// <summary>struct cmsghdr with one descriptor (SOL_SOCKET, SCM_RIGHTS), on 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential, Size = 24)]
internal struct DescriptorControl
{
    /// <summary>CMSG_LEN(sizeof(int)).</summary>
    public const uint LengthUsed = 20;

    public nuint Length;
    public int Level;
    public int Type;
    public int Descriptor;
}
