namespace ShimService.Engine.Resctrl;

/// <summary>What has become, or is to become, of a directory of the resctrl file system.</summary>
internal enum ResctrlStep
{
    Made,
    Removing,
}
