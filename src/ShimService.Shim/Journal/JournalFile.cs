using Microsoft.Win32.SafeHandles;
using ShimService.Tasks.Events;
using ShimService.Tasks.Values;

namespace ShimService.Shim.Journal;

/// <summary>Reading and rewriting a journal's file.</summary>
internal static class JournalFile
{
    private const int ChunkSize = 32 * 1024;

    /// <summary>The records from an offset on, up to the end or a torn tail.</summary>
    public static IEnumerable<JournalRecord> Read(SafeFileHandle file, long offset)
    {
        var buffer = new byte[ChunkSize];
        while (true)
        {
            var count = RandomAccess.Read(file, buffer, offset);
            var used = 0;
            while (JournalCodec.Decode(buffer.AsSpan(used, count - used)) is { } record)
            {
                used += record.Size;
                yield return record;
            }

            if (used == 0)
            {
                yield break;
            }

            offset += used;
        }
    }

    /// <summary>
    /// Writes what is still needed: nothing acknowledged, and nothing of execs that are over. What init did, and
    /// that memory ran out, stays until somebody has taken it. Returns the length.
    /// </summary>
    public static long WriteCompacted(
        SafeFileHandle file, IEnumerable<TaskEvent> events, ulong acknowledged, Func<ContainerId, ExecId, bool> isOver)
    {
        var needed = new List<TaskEvent>();
        var over = new Dictionary<(string, string), ulong>();
        foreach (var happened in events)
        {
            if (happened.Sequence > acknowledged)
            {
                needed.Add(happened);
                if (happened is { Topic: TaskTopic.Exit, Exec: { } exec } && isOver(happened.Container, exec))
                {
                    over[(happened.Container.Value, exec.Value)] = happened.Sequence;
                }
            }
        }

        long length = 0;
        Append(JournalCodec.EncodeAcknowledged(acknowledged));
        foreach (var happened in needed)
        {
            var isNeedless = happened.Exec is { } exec
                && over.TryGetValue((happened.Container.Value, exec.Value), out var exit)
                && happened.Sequence <= exit;

            // The newest stays in any case: it holds the place of the sequence.
            if (!isNeedless || happened == needed[^1])
            {
                Append(JournalCodec.Encode(happened));
            }
        }

        return length;

        void Append(byte[] record)
        {
            RandomAccess.Write(file, record, length);
            length += record.Length;
        }
    }
}
