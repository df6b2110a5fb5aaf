using ShimService.Tasks.Events;

namespace ShimService.Shim.Journal;

/// <summary>One record as read: an event, or an acknowledgement up to <paramref name="Acknowledged"/>.</summary>
internal sealed record JournalRecord(int Size, ulong Acknowledged, TaskEvent? Happened);
