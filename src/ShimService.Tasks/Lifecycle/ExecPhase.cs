namespace ShimService.Tasks.Lifecycle;

public enum ExecPhase
{
    Added,
    Starting,
    Running,
    Stopped,
    Closing,
    Deleted,
}
