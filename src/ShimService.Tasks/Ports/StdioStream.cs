namespace ShimService.Tasks.Ports;

public enum StdioStream
{
    Stdout,
    Stderr,
}
