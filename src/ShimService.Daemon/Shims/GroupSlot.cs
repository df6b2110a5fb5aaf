namespace ShimService.Daemon.Shims;

/// <summary>A group and the shim that serves it. Touched under the pool's lock only.</summary>
internal sealed class GroupSlot
{
    /// <summary>The shim, or its start under way.</summary>
    public required Task<Shim> Shim { get; set; }

    /// <summary>Tasks that are, or are about to be, in it.</summary>
    public int Uses { get; set; }

    /// <summary>Rises with every use, so that an idle timer knows whether it is still meant.</summary>
    public long Generation { get; set; }

    public bool IsServedBy(Shim shim) => Shim.IsCompletedSuccessfully && Shim.Result == shim;
}
