namespace ShimService.Oci.Model;

/// <summary>A namespace to make, or with a <paramref name="Path"/> (absolute, in the shim's view) to join.</summary>
public sealed record LinuxNamespace(LinuxNamespaceKind Kind, string Path = "")
{
    public bool IsNew => Path.Length == 0;
}
