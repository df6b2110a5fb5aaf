namespace ShimService.Oci.Model;

/// <summary>
/// One line of the device allow list. A null number is "any". <paramref name="Access"/> is made of "r", "w" and "m".
/// Source: OCI runtime-spec 1.3.0 config-linux.md#allowed-device-list.
/// </summary>
public sealed record LinuxDeviceRule(bool Allow, DeviceKind Kind, long? Major, long? Minor, string Access);
