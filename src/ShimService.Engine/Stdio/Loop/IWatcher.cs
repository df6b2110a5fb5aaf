namespace ShimService.Engine.Stdio.Loop;

/// <summary>Who waits on a descriptor. Called on the stdio thread.</summary>
internal interface IWatcher
{
    void OnReady();
}
