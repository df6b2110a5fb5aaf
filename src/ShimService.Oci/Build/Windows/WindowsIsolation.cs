namespace ShimService.Oci.Build.Windows;

/// <summary>How a container of Windows is kept apart.</summary>
public enum WindowsIsolation
{
    Process,

    /// <summary>In a virtual machine of its own.</summary>
    HyperV,
}
