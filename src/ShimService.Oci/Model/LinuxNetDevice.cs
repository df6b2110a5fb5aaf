namespace ShimService.Oci.Model;

/// <summary>An interface of the shim's network namespace that becomes the container's.</summary>
/// <param name="Name">On the host.</param>
/// <param name="NewName">In the container; empty = the same.</param>
public sealed record LinuxNetDevice(string Name, string NewName = "")
{
    /// <summary>What it is called in the container.</summary>
    public string InContainer => NewName.Length > 0 ? NewName : Name;
}
