namespace ShimService.Containerd.Tests.Harness;

/// <summary>A Debian release, for the containerd it has; tests/lib/debian.sh fetches it.</summary>
public enum Release
{
    /// <summary>containerd 1.6.</summary>
    Bookworm,

    /// <summary>containerd 1.7.</summary>
    Trixie,

    /// <summary>containerd 2.x.</summary>
    Sid,
}
