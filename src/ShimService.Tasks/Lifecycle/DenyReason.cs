namespace ShimService.Tasks.Lifecycle;

/// <summary>Why a wish was refused.</summary>
public enum DenyReason
{
    None,

    /// <summary>Not in this state.</summary>
    WrongState,

    /// <summary>The process has exited.</summary>
    ProcessGone,

    /// <summary>The task or exec has been deleted.</summary>
    Unknown,
}
