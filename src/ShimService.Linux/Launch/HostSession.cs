namespace ShimService.Linux.Launch;

/// <summary>Which session a host program runs in.</summary>
public enum HostSession
{
    /// <summary>The launching process's: a signal to its process group reaches the program too.</summary>
    Inherited,

    /// <summary>Its own, without a controlling terminal: what is left behind as a daemon.</summary>
    Own,
}
