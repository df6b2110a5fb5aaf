namespace ShimService.Engine.Systemd;

/// <summary>systemd refused, or does not answer.</summary>
/// <param name="name">Of the D-Bus error; empty when there was no answer at all.</param>
internal sealed class SystemBusException(string name, string message) : Exception(message)
{
    public string Name { get; } = name;
}
