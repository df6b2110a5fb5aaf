using ShimService.Oci.Model;

namespace ShimService.Engine;

/// <summary>The capabilities a spec may name; the index is the kernel's number.</summary>
public static class KnownCapabilities
{
    public static IReadOnlyList<string> Names => CapabilityNames.All;
}
