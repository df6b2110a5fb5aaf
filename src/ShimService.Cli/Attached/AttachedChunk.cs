namespace ShimService.Cli.Attached;

/// <summary>Bytes a process wrote, and to which of its two streams.</summary>
internal readonly record struct AttachedChunk(bool Stderr, ReadOnlyMemory<byte> Bytes);
