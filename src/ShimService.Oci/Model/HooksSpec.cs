namespace ShimService.Oci.Model;

/// <summary>The hooks of a spec, each kind in the order they are run.</summary>
public sealed record HooksSpec
{
    public static HooksSpec None { get; } = new();

    public IReadOnlyList<HookSpec> Prestart { get; init; } = [];

    public IReadOnlyList<HookSpec> CreateRuntime { get; init; } = [];

    public IReadOnlyList<HookSpec> CreateContainer { get; init; } = [];

    public IReadOnlyList<HookSpec> StartContainer { get; init; } = [];

    public IReadOnlyList<HookSpec> Poststart { get; init; } = [];

    public IReadOnlyList<HookSpec> Poststop { get; init; } = [];

    /// <summary>Whether create has to stop for hooks before the container's root is the root.</summary>
    public bool AnyDuringCreate => Prestart.Count + CreateRuntime.Count + CreateContainer.Count > 0;

    public IReadOnlyList<HookSpec> Of(HookKind kind) => kind switch
    {
        HookKind.Prestart => Prestart,
        HookKind.CreateRuntime => CreateRuntime,
        HookKind.CreateContainer => CreateContainer,
        HookKind.StartContainer => StartContainer,
        HookKind.Poststart => Poststart,
        HookKind.Poststop => Poststop,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
