using ShimService.Oci.Model;
using ShimService.Oci.Write;

namespace ShimService.Daemon.Verbs.Creation;

/// <summary>A spec we have built, for an OCI runtime.</summary>
internal static class RuntimeSpec
{
    // crun up to 1.8 refuses a version it does not know, whatever the spec has in it; runc looks at the first number
    // only. What came after 1.0 every runtime takes that knows it.
    private const string OciVersion = "1.0.2";

    public static byte[] Of(ReadOnlySpan<byte> json) =>
        SpecWriter.Write(Spec.Parse(json) with { OciVersion = OciVersion });
}
