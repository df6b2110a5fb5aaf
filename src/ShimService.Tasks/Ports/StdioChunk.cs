namespace ShimService.Tasks.Ports;

public sealed record StdioChunk(StdioStream Stream, ReadOnlyMemory<byte> Data);
