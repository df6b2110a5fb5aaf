using System.Text;

namespace ShimService.Linux.Launch;

/// <summary>
/// A compiled launch: what a child does between clone3 and execve. Immutable; <see cref="ToString"/> is the listing
/// that golden tests hold and Explain shows.
/// </summary>
public sealed class LaunchPlan
{
    internal LaunchPlan(PlanOperation[] operations, string[] descriptors, PlanRendezvous[] rendezvous)
    {
        OperationArray = operations;
        Descriptors = descriptors;
        Rendezvous = rendezvous;
        Layout = new PlanLayout(operations, SyncDescriptor);
    }

    public IReadOnlyList<PlanOperation> Operations => OperationArray;

    internal PlanOperation[] OperationArray { get; }

    internal PlanLayout Layout { get; }

    /// <summary>The names of the descriptors at 3, 4, … in the child.</summary>
    public IReadOnlyList<string> Descriptors { get; }

    /// <summary>In the order the child reaches them.</summary>
    public IReadOnlyList<PlanRendezvous> Rendezvous { get; }

    /// <summary>Whether a helper runs its first part.</summary>
    public PlanRuns Runs { get; internal init; }

    /// <summary>The number of the sync socket in the child.</summary>
    internal int SyncDescriptor => 3 + Descriptors.Count;

    /// <summary>The number in the child of a descriptor that was opened with <see cref="PlanResult.Keep"/>.</summary>
    public int NumberOf(PlanResult kept) => Layout.KeptNumber(kept.Operation) is > 0 and var number
        ? number
        : throw new ArgumentException("the operation's result is not kept", nameof(kept));

    /// <summary>One operation as the listing shows it: "openat2(rootfs, "proc", {O_PATH, …}, 24) = r7".</summary>
    public string Describe(int operation) => PlanListing.Call(this, operation);

    public override string ToString()
    {
        var listing = new StringBuilder();
        PlanListing.Append(listing, this);
        return listing.ToString();
    }
}
