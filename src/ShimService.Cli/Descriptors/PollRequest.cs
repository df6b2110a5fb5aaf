using System.Runtime.InteropServices;

namespace ShimService.Cli.Descriptors;

/// <summary>struct pollfd. Source: man 2 poll.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollRequest
{
    public const short Readable = 1; // POLLIN
    public const short Writable = 4; // POLLOUT

    public int Descriptor;
    public short Wanted;
    public short Happened;
}
