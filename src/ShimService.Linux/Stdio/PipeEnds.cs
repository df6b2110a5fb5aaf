namespace ShimService.Linux.Stdio;

/// <summary>A pipe: what is written to <paramref name="Write"/> comes out of <paramref name="Read"/>.</summary>
public readonly record struct PipeEnds(FileDescriptor Read, FileDescriptor Write);
