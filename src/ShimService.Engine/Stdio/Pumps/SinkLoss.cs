namespace ShimService.Engine.Stdio.Pumps;

/// <summary>What to do with a source whose sink has gone.</summary>
internal enum SinkLoss
{
    /// <summary>Read on and throw away: a container must not hang because its reader broke.</summary>
    Drain,

    /// <summary>Stop and close the source, so that who writes into it learns that nobody reads.</summary>
    Stop,
}
