using ShimService.Engine.Stdio.Sinks;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio.Attach;

/// <summary>
/// Where the outputs of one process come together: each piece goes to the stream's sink and to all attachers under
/// one gate, and so an attacher joins between two pieces, never inside one. That is what makes the log position it
/// is told exact.
/// </summary>
internal sealed class OutputHub(int attachmentBytes, LogFile? log)
{
    private readonly Lock _gate = new();
    private readonly List<Attachment> _attachments = [];
    private int _count;
    private long _finalLogBytes;
    private bool _ended;

    /// <summary>A hint for the fast path; <see cref="Deliver"/> looks again under the gate.</summary>
    public bool HasAttachments => Volatile.Read(ref _count) > 0;

    /// <summary>Any thread.</summary>
    public Attachment Attach()
    {
        lock (_gate)
        {
            var logBytes = _ended ? _finalLogBytes : log?.Length ?? 0;
            var attachment = new Attachment(
                logBytes, attachmentBytes, log is null ? null : () => new LogReader(log.OpenReader()), Leave);
            if (_ended)
            {
                attachment.End();
            }
            else
            {
                _attachments.Add(attachment);
                Volatile.Write(ref _count, _attachments.Count);
            }

            return attachment;
        }
    }

    /// <summary>Gives a piece to the sink and the attachers; answers what the sink answered. Stdio thread.</summary>
    public int Deliver(StdioStream stream, IStdioSink? sink, ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            var start = log?.End ?? 0;
            var taken = sink?.Write(data) ?? data.Length;
            if (_attachments.Count > 0)
            {
                var chunk = new StdioChunk(stream, data.ToArray());
                var span = sink is LogSink ? new LogSpan(start, log!.End) : default;
                foreach (var attachment in _attachments)
                {
                    attachment.Offer(chunk, span);
                }
            }

            return taken;
        }
    }

    /// <summary>No output will follow: closes the log and lets the attachers go.</summary>
    public void End()
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
            _finalLogBytes = log?.Finish() ?? 0;
            foreach (var attachment in _attachments)
            {
                attachment.End();
            }

            _attachments.Clear();
            Volatile.Write(ref _count, 0);
        }
    }

    private void Leave(Attachment attachment)
    {
        lock (_gate)
        {
            _attachments.Remove(attachment);
            Volatile.Write(ref _count, _attachments.Count);
        }
    }
}
