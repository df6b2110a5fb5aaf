namespace ShimService.Tasks.Lifecycle;

public enum DecisionKind
{
    /// <summary>Go to the next state and carry out the effects.</summary>
    Accept,

    /// <summary>Ask again when the work in progress has ended.</summary>
    Wait,

    /// <summary>Nothing to do: a fact that is known already.</summary>
    Ignore,

    /// <summary>Refuse, with the reason.</summary>
    Deny,
}
