namespace ShimService.Tasks.Values;

/// <summary>
/// What runs a container: "native", ours, or "oci:/path/to/runtime", a program with runc's command line. The default
/// value is native.
/// </summary>
public readonly record struct EngineName
{
    private const string NativeText = "native";
    private const string RuntimePrefix = "oci:";

    public static readonly EngineName Native;

    private EngineName(string runtime) => Runtime = runtime;

    /// <summary>Absolute path of the OCI runtime; null = native.</summary>
    public string? Runtime { get; }

    /// <summary>For the names of steps: "runc" of "oci:/usr/sbin/runc".</summary>
    public string Label => Runtime is null ? NativeText : Runtime[(Runtime.LastIndexOf('/') + 1)..];

    /// <summary>
    /// "" is native. False for what is neither of the two forms; whether the program is there is not looked at.
    /// </summary>
    public static bool TryParse(string text, out EngineName name)
    {
        name = default;
        if (text is "" or NativeText)
        {
            return true;
        }

        if (!text.StartsWith(RuntimePrefix, StringComparison.Ordinal))
        {
            return false;
        }

        var path = text[RuntimePrefix.Length..];
        if (path.Length < 2 || path[0] != '/' || path[^1] == '/' || HasControl(path))
        {
            return false;
        }

        name = new EngineName(path);
        return true;
    }

    public override string ToString() => Runtime is null ? NativeText : RuntimePrefix + Runtime;

    private static bool HasControl(string path)
    {
        foreach (var character in path)
        {
            if (char.IsControl(character))
            {
                return true;
            }
        }

        return false;
    }
}
