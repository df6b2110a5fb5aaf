namespace ShimService.Cli.Direct;

/// <summary>
/// Where the runc-style verbs keep a container: DIR/ID/, which is its shim's working directory, and DIR/ID/shim.sock.
/// Ids are checked before they become a path.
/// </summary>
internal sealed class DirectState(string root)
{
    private const int LongestId = 1024;
    private static readonly TimeSpan RemoveLimit = TimeSpan.FromSeconds(10);

    /// <summary>The container's directory.</summary>
    public string Directory(string id)
    {
        bool valid = id.Length is > 0 and <= LongestId && id is not ("." or "..") && id.All(static c =>
            char.IsAsciiLetterOrDigit(c) || c is '_' or '+' or '-' or '.');
        return valid
            ? Path.Combine(Path.GetFullPath(root), id)
            : throw new CliException(
                $"invalid container id \"{id}\": letters, digits, _ + - and . only", ExitStatus.RuncStyle);
    }

    public string Socket(string id) => Path.Combine(Directory(id), "shim.sock");

    /// <summary>The config.json it was created from: changes of the bundle's own do not count any more.</summary>
    public string Config(string id) => Path.Combine(Directory(id), "spec.json");

    /// <summary>The same, read; null where it is being deleted.</summary>
    public async Task<byte[]?> ReadConfigAsync(string id, CancellationToken cancel)
    {
        try
        {
            return await File.ReadAllBytesAsync(Config(id), cancel);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public bool Exists(string id) => System.IO.Directory.Exists(Directory(id));

    /// <summary>Makes the directory, for root alone.</summary>
    /// <exception cref="CliException">The id is in use.</exception>
    public string Make(string id)
    {
        string directory = Directory(id);
        if (System.IO.Directory.Exists(directory))
        {
            throw new CliException($"container with given ID already exists: {id}", ExitStatus.RuncStyle);
        }

        System.IO.Directory.CreateDirectory(
            directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return directory;
    }

    /// <summary>Takes the directory away. A shim that has closed its socket may still be writing its last lines.</summary>
    public void Remove(string id)
    {
        string directory = Directory(id);
        if (!SpinWait.SpinUntil(() => TryRemove(directory), RemoveLimit))
        {
            System.IO.Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>The ids of all containers, in order; none where there is no such directory yet.</summary>
    public IReadOnlyList<string> All() => System.IO.Directory.Exists(root)
        ? [.. System.IO.Directory.GetDirectories(root).Select(Path.GetFileName).OfType<string>()
            .Order(StringComparer.Ordinal)]
        : [];

    /// <exception cref="CliException">There is no such container.</exception>
    public void MustExist(string id)
    {
        if (!Exists(id))
        {
            throw new CliException($"container does not exist: {id}", ExitStatus.RuncStyle);
        }
    }

    private static bool TryRemove(string directory)
    {
        try
        {
            System.IO.Directory.Delete(directory, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return !System.IO.Directory.Exists(directory);
        }
    }
}
