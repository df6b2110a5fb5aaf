using System.Security.Cryptography;
using System.Text.Json;
using ShimService.Daemon.Files;

namespace ShimService.Daemon.Shims;

/// <summary>
/// The directory of one shim. Its name is made up and never changes, because it is the shim's working directory;
/// the group it serves is a record inside, written when the shim is taken for one.
/// </summary>
internal sealed class ShimDirectory(string shims, string name)
{
    private const int NameBytes = StateLayout.ShimNameLength / 2;

    public string Name { get; } = name;

    public string Path { get; } = System.IO.Path.Combine(shims, name);

    public string Socket => System.IO.Path.Combine(Path, "shim.sock");

    private string RecordPath => System.IO.Path.Combine(Path, "shim.json");

    public static ShimDirectory Make(string shims)
    {
        var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NameBytes));
        var directory = new ShimDirectory(shims, name);
        StateLayout.MakePrivate(directory.Path);
        directory.Write(new ShimRecord { Group = "" });
        return directory;
    }

    /// <summary>A directory that is gone, made anew: the clean-up helper works in it.</summary>
    public static ShimDirectory Again(string shims, string name)
    {
        var directory = new ShimDirectory(shims, name);
        StateLayout.MakePrivate(directory.Path);
        return directory;
    }

    public void Write(ShimRecord record) =>
        AtomicFile.Replace(RecordPath, JsonSerializer.SerializeToUtf8Bytes(record, RecordJson.Default.ShimRecord));

    /// <summary>Null when it is missing or not readable: the shim then counts as a spare.</summary>
    public ShimRecord? Read() => RecordFile.TryRead(RecordPath, RecordJson.Default.ShimRecord);

    public void Remove() => DirectoryTree.Remove(Path);
}
