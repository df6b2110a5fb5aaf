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

    /// <summary>
    /// A file that is there while the cgroup the container's spec names is the container's alone, whoever is in it.
    /// </summary>
    public string CgroupClaim(string id) => System.IO.Path.Join(Path, id + ".cgroup");

    /// <summary>Makes it. Errors: IOException, UnauthorizedAccessException.</summary>
    public void Make() => Directory.CreateDirectory(Path, OwnerOnly);

    /// <summary>Files for one call. Errors: IOException, UnauthorizedAccessException.</summary>
    public RuntimeFiles NewCall()
    {
        Make();
        return new RuntimeFiles(Path, $"{Environment.ProcessId}.{Interlocked.Increment(ref _last)}");
    }
}
