using ShimService.Tasks.Views;

namespace ShimService.Tasks.Supervision;

/// <summary>
/// The results of recent deletes, so that a delete whose answer was lost can be asked again.
/// Not thread-safe.
/// </summary>
internal sealed class DeleteMemory<TId>(TaskOptions options, TimeProvider time)
    where TId : struct, IEquatable<TId>
{
    private readonly Queue<(TId Id, ProcessResult Result, long At)> _recent = new();

    public void Remember(TId id, ProcessResult result)
    {
        Forget();
        if (_recent.Count >= options.RememberedDeletes)
        {
            _recent.Dequeue();
        }

        _recent.Enqueue((id, result, time.GetTimestamp()));
    }

    public ProcessResult? Find(TId id)
    {
        Forget();
        ProcessResult? newest = null;
        foreach (var (known, result, _) in _recent)
        {
            if (known.Equals(id))
            {
                newest = result;
            }
        }

        return newest;
    }

    private void Forget()
    {
        while (_recent.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) > options.RememberDeleted)
        {
            _recent.Dequeue();
        }
    }
}
