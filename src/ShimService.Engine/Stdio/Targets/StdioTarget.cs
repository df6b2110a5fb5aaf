namespace ShimService.Engine.Stdio.Targets;

/// <summary>One stdio URI, taken apart. <paramref name="Path"/> is empty where the kind has none.</summary>
internal readonly record struct StdioTarget(StdioTargetKind Kind, string Path, int PeerDescriptor)
{
    public bool IsLogger => Kind is StdioTargetKind.Logger or StdioTargetKind.ReportingLogger;

    public static StdioTarget Null { get; } = new(StdioTargetKind.Null, "", -1);

    public static StdioTarget Attach { get; } = new(StdioTargetKind.Attach, "", -1);
}
