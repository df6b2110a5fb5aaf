namespace ShimService.Shim.Options;

/// <summary>One "key = value" and its line.</summary>
internal sealed record TomlEntry(string Key, TomlKind Kind, string Value, int Line);
