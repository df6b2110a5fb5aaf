namespace ShimService.Engine.Stdio.Attach;

/// <summary>Where a piece of output stands in the log; empty when it is not there.</summary>
internal readonly record struct LogSpan(long Start, long End)
{
    public bool IsEmpty => Start >= End;
}
