namespace ShimService.Engine.Reaping;

/// <summary>As long as it lives the reaper keeps the exits of orphans. Dispose of it once.</summary>
internal sealed class OrphanKeeping(Reaper reaper) : IDisposable
{
    public void Dispose() => reaper.ForgetOrphans();
}
