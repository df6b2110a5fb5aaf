namespace ShimService.Oci.Model;

/// <summary>
/// Limits of one RDMA device; a null is "leave alone". Source: OCI runtime-spec 1.3.0 config-linux.md#rdma.
/// </summary>
/// <param name="Device">The kernel's name of it, such as "mlx5_1".</param>
public sealed record LinuxRdma(string Device, uint? HcaHandles, uint? HcaObjects);
