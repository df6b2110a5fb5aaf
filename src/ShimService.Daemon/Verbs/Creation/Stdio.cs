namespace ShimService.Daemon.Verbs.Creation;

/// <summary>The stdio URIs shimd gives its shims.</summary>
internal static class Stdio
{
    /// <summary>stdin is kept open and fed by attachers.</summary>
    public const string Attach = "attach:";

    /// <summary>Log lines in a file, and whoever attaches.</summary>
    public static string Log(string path) => "log://" + path;
}
