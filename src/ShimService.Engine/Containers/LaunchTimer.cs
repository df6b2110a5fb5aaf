using ShimService.Tasks.Views;

namespace ShimService.Engine.Containers;

/// <summary>Measures the parts of a launch, one after another. Belongs to one launch.</summary>
internal sealed class LaunchTimer(TimeProvider time)
{
    private readonly List<LaunchTiming> _parts = new(8);
    private long _last = time.GetTimestamp();

    public IReadOnlyList<LaunchTiming> Parts => _parts;

    /// <summary>Everything since the last call was this part.</summary>
    public void Done(string part)
    {
        var now = time.GetTimestamp();
        _parts.Add(new LaunchTiming(part, time.GetElapsedTime(_last, now)));
        _last = now;
    }

    /// <summary>What came between is nobody's part.</summary>
    public void Restart() => _last = time.GetTimestamp();
}
