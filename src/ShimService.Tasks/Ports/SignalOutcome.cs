namespace ShimService.Tasks.Ports;

public enum SignalOutcome
{
    Delivered,
    AlreadyExited,
}
