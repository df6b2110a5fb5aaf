using ShimService.Engine.Compile.Input;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// The five sets as the kernel's bits, with what it, or the shim, cannot grant left out: the specification asks for a
/// warning there, not an error. Bit n is capability n.
/// </summary>
internal readonly record struct CapabilitySets
{
    private CapabilitySets(LinuxCapabilities asked, HostPicture host)
    {
        var granted = host.Permitted;
        Bounding = Bits(asked.Bounding) & host.Bounding;
        Permitted = Bits(asked.Permitted) & granted;
        Effective = Bits(asked.Effective) & Permitted;
        Inheritable = Bits(asked.Inheritable) & granted & Bounding;
        Ambient = Bits(asked.Ambient) & Permitted & Inheritable;
    }

    internal ulong Bounding { get; }

    internal ulong Permitted { get; }

    internal ulong Effective { get; }

    internal ulong Inheritable { get; }

    internal ulong Ambient { get; }

    /// <summary>A process without capabilities in its spec has none.</summary>
    internal static CapabilitySets Of(ProcessSpec process, HostPicture host) =>
        new(process.Capabilities ?? new LinuxCapabilities(), host);

    private static ulong Bits(IReadOnlyList<string> names)
    {
        var bits = 0UL;
        foreach (var name in names)
        {
            var number = CapabilityNames.Number(name);
            bits |= number < 0 ? 0 : 1UL << number;
        }

        return bits;
    }
}
