using System.Text;

namespace ShimService.Shim.Records;

/// <summary>
/// One small file per container, replaced whole: written beside, renamed. Not flushed to the disk: it is for the delete
/// after a shim's death, and a crash of the host ends the containers it tells of; a flush costs half a millisecond on
/// every launch and on every exit. Under containerd it lies in the container's bundle, where the delete action is run;
/// else in the shim's own directory, since a bundle may be somebody's own.
/// </summary>
internal sealed class RecordStore(string directory, bool inBundles)
{
    private const string InBundle = "task.record";
    private const string Extension = ".record";

    public void Write(TaskRecord record)
    {
        var path = PathOf(record.Id, record.Bundle);
        var draft = path + ".new";
        using (var file = File.OpenHandle(draft, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, Encoding.UTF8.GetBytes(record.Format()), 0);
        }

        File.Move(draft, path, overwrite: true);
    }

    /// <summary>
    /// That a container is being made: what is there of it is to be taken away should this process end now. Errors:
    /// IOException, UnauthorizedAccessException.
    /// </summary>
    public void Begin(string id, string bundle, string socket) =>
        Write(new TaskRecord(id, bundle, 0, 0) { Socket = socket });

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

    private string PathOf(string id, string bundle) =>
        inBundles ? Path.Combine(bundle, InBundle) : Path.Combine(directory, id + Extension);
}
