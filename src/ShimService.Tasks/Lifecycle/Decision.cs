namespace ShimService.Tasks.Lifecycle;

/// <summary>What a table says: the state to be in, and what to do in which order.</summary>
public sealed record Decision<TState, TEffect>(
    DecisionKind Kind, TState Next, IReadOnlyList<TEffect> Effects, DenyReason Reason)
{
    public static Decision<TState, TEffect> Accept(TState next, params IReadOnlyList<TEffect> effects) =>
        new(DecisionKind.Accept, next, effects, DenyReason.None);

    public static Decision<TState, TEffect> Wait(TState state) =>
        new(DecisionKind.Wait, state, [], DenyReason.None);

    public static Decision<TState, TEffect> Ignore(TState state) =>
        new(DecisionKind.Ignore, state, [], DenyReason.None);

    public static Decision<TState, TEffect> Deny(TState state, DenyReason reason) =>
        new(DecisionKind.Deny, state, [], reason);
}
