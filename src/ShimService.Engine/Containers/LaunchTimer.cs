using ShimService.Tasks.Views;

namespace ShimService.Engine.Containers;

/// <summary>Measures the parts of a launch, one after another. Written by one launch, read from any thread.</summary>
internal sealed class LaunchTimer(TimeProvider time)
{
    private volatile IReadOnlyList<LaunchTiming> _parts = [];
    private long _last = time.GetTimestamp();

    public IReadOnlyList<LaunchTiming> Parts => _parts;

    /// <summary>Everything since the last call was this part.</summary>
    public void Done(string part)
    {
        var now = time.GetTimestamp();
        _parts = [.. _parts, new LaunchTiming(part, time.GetElapsedTime(_last, now))];
        _last = now;
    }

    /// <summary>What came between is nobody's part.</summary>
    public void Restart() => _last = time.GetTimestamp();
}
