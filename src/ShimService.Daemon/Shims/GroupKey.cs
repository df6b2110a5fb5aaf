using ShimService.Tasks.Values;

namespace ShimService.Daemon.Shims;

/// <summary>
/// Which shim a container goes to. The text is the key: "default", a group's name, or "own:ID" for a shim that
/// serves one container. The colon cannot be part of a group's name.
/// </summary>
internal readonly record struct GroupKey(string Text)
{
    private const string OwnPrefix = "own:";

    public static readonly GroupKey Default = new("default");

    public bool IsOwn => Text.StartsWith(OwnPrefix, StringComparison.Ordinal);

    /// <summary>As a caller knows it.</summary>
    public string Display => IsOwn ? "own" : Text;

    /// <summary>Errors: TaskException InvalidArgument with the field group.</summary>
    public static GroupKey Parse(string group, ContainerId container) => group switch
    {
        "" or "default" => Default,
        "own" => new GroupKey(OwnPrefix + container.Value),
        _ => new GroupKey(ContainerId.Parse(group, "group").Value),
    };

    public override string ToString() => Text;
}
