namespace ShimService.Engine.Runtimes;

/// <summary>Names of the files that one call of a runtime may need. Those that are there go when it is disposed of.</summary>
internal sealed class RuntimeFiles(string directory, string name) : IDisposable
{
    /// <summary>What it says, as lines of JSON.</summary>
    public string Log { get; } = Path.Join(directory, name + ".log");

    /// <summary>Where it writes the pid of what it has launched.</summary>
    public string Pid { get; } = Path.Join(directory, name + ".pid");

    /// <summary>What it is to read: a process, or resources.</summary>
    public string Input { get; } = Path.Join(directory, name + ".json");

    /// <summary>The socket for a terminal, by its name in <see cref="Directory"/>.</summary>
    public string ConsoleName { get; } = name + ".tty";

    public string Directory { get; } = directory;

    public void Dispose()
    {
        foreach (var file in new[] { Log, Pid, Input, Path.Join(Directory, ConsoleName) })
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The directory has gone, and they with it.
            }
        }
    }
}
