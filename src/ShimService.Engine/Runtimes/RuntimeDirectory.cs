namespace ShimService.Engine.Runtimes;

/// <summary>
/// Where OCI runtimes keep what they know: "oci" below a directory of the shim's, which goes with it. In it "root", the
/// runtimes' own (--root), and the files that one call needs, gone after it. Only root gets in: the environment of
/// processes lies here for a moment.
/// </summary>
internal sealed class RuntimeDirectory(string parent)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static int _last;

    public string Path { get; } = System.IO.Path.Join(System.IO.Path.GetFullPath(parent), "oci");

    public string Root => System.IO.Path.Join(Path, "root");

    /// <summary>Files for one call. Errors: IOException, UnauthorizedAccessException.</summary>
    public RuntimeFiles NewCall()
    {
        Directory.CreateDirectory(Path, OwnerOnly);
        return new RuntimeFiles(Path, $"{Environment.ProcessId}.{Interlocked.Increment(ref _last)}");
    }
}
