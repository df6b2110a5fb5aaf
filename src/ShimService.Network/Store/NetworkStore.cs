using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ShimService.Network.Store;

/// <summary>
/// The records, one small file each, replaced whole: a kill at any instant leaves the old one or the new one. Networks
/// are brought to the disk; leases go with the containers, and those with the power. Files of before the first use:
/// none, and no directory either. Errors: IOException.
/// </summary>
internal sealed class NetworkStore(NetworkSettings settings)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const string Suffix = ".json";

    public IReadOnlyList<NetworkRecord> ReadNetworks() => Read(settings.Networks, NetworkJson.Default.NetworkRecord);

    public IReadOnlyList<ContainerRecord> ReadContainers() =>
        Read(settings.Leases, NetworkJson.Default.ContainerRecord);

    public void Write(NetworkRecord network)
    {
        Directory.CreateDirectory(settings.Networks, Private);
        Replace(PathOf(network), JsonSerializer.SerializeToUtf8Bytes(network, NetworkJson.Default.NetworkRecord), toDisk: true);
    }

    public void Remove(NetworkRecord network) => File.Delete(PathOf(network));

    public void Write(ContainerRecord container)
    {
        Directory.CreateDirectory(settings.Leases, Private);
        Replace(PathOf(container), JsonSerializer.SerializeToUtf8Bytes(container, NetworkJson.Default.ContainerRecord), toDisk: false);
    }

    public void Remove(ContainerRecord container) => File.Delete(PathOf(container));

    private string PathOf(NetworkRecord network) => Path.Combine(settings.Networks, network.Name + Suffix);

    private string PathOf(ContainerRecord container) => Path.Combine(settings.Leases, container.Container + Suffix);

    private static List<T> Read<T>(string directory, JsonTypeInfo<T> type)
        where T : class
    {
        var found = new List<T>();
        if (!Directory.Exists(directory))
        {
            return found;
        }

        foreach (var path in Directory.GetFiles(directory))
        {
            if (!path.EndsWith(Suffix, StringComparison.Ordinal))
            {
                // Of a writer that was killed before it counted.
                File.Delete(path);
            }
            else if (JsonSerializer.Deserialize(File.ReadAllBytes(path), type) is { } record)
            {
                found.Add(record);
            }
        }

        return found;
    }

    private static void Replace(string path, ReadOnlySpan<byte> bytes, bool toDisk)
    {
        var temporary = path + ".new";
        using (var file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write, FileShare.Read))
        {
            RandomAccess.Write(file, bytes, 0);
            if (toDisk)
            {
                RandomAccess.FlushToDisk(file);
            }
        }

        File.Move(temporary, path, overwrite: true);
    }
}
