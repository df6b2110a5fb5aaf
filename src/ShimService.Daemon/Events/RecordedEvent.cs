using ShimService.Contracts.V1;

namespace ShimService.Daemon.Events;

/// <summary>
/// An event with its place in the node-wide order and where it came from. Shim is empty and ShimSequence 0
/// for an event shimd itself observed (the death of a shim).
/// </summary>
internal readonly record struct RecordedEvent(ulong Sequence, string Shim, ulong ShimSequence, Event Event);
