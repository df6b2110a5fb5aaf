using System.Text;
using ShimService.Linux;
using ShimService.Linux.Abi;

namespace ShimService.Shim.Records;

/// <summary>
/// One small file per container, whose lines are added as they become true: never renamed or cut, which would make a
/// disk's file system write it out at once. Not flushed: it is for the delete after a shim's death, and a crash of the
/// host ends the containers it tells of. Under containerd it lies in the container's bundle, where the delete action is
/// run; else in the shim's own directory, since a bundle may be somebody's own.
/// Errors: KernelException.
/// </summary>
internal sealed class RecordStore(string directory, bool inBundles)
{
    private const string InBundle = "task.record";
    private const string Extension = ".record";

    /// <summary>All that is known of a container; what was told before no longer counts.</summary>
    public void Write(TaskRecord record) => Write(record, record.Format(), OpenFlags.Append);

    /// <summary>How it ended, after what has been written of it.</summary>
    public void AddExit(TaskRecord record) => Write(record, record.FormatExit(), OpenFlags.Append);

    /// <summary>
    /// That a container is being made: what is there of it is to be taken away should this process end now.
    /// </summary>
    public void Begin(TaskRecord record) => Write(record, record.Format(), OpenFlags.Truncate);

    public void Remove(string id, string bundle) => File.Delete(PathOf(id, bundle));

    /// <summary>Looks where either kind of shim leaves it. Null when there is none, or it is not ours.</summary>
    public static TaskRecord? Find(string directory, string id)
    {
        foreach (var path in new[] { Path.Combine(directory, InBundle), Path.Combine(directory, id + Extension) })
        {
            try
            {
                if (TaskRecord.Parse(File.ReadAllText(path)) is { } record && record.Id == id)
                {
                    return record;
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Not there is an answer: delete copes with any file missing.
            }
        }

        return null;
    }

    private void Write(TaskRecord record, string text, OpenFlags how)
    {
        var path = PathOf(record.Id, record.Bundle);
        using var file = Files.Open(
            path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.NoFollow | how, mode: 0x180);
        Files.Write(file, Encoding.UTF8.GetBytes(text), path);
    }

    private string PathOf(string id, string bundle) =>
        inBundles ? Path.Combine(bundle, InBundle) : Path.Combine(directory, id + Extension);
}
