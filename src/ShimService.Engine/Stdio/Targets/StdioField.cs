namespace ShimService.Engine.Stdio.Targets;

/// <summary>Which of the request's URIs; the error names it.</summary>
internal enum StdioField
{
    Stdin,
    Stdout,
    Stderr,
}
