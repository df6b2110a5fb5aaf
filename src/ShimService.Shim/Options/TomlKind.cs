namespace ShimService.Shim.Options;

/// <summary>How a value was written.</summary>
internal enum TomlKind
{
    Text,

    /// <summary>true, false, a number.</summary>
    Bare,
}
