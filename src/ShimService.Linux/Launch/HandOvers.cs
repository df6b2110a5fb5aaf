namespace ShimService.Linux.Launch;

/// <summary>
/// The launches that a helper may have made a child for which nobody knows of yet. Thread-safe; one for the process, as
/// its children are.
/// </summary>
internal static class HandOvers
{
    private static readonly List<LaunchedProcess> Open = [];

    public static void Add(LaunchedProcess launch)
    {
        lock (Open)
        {
            Open.Add(launch);
        }
    }

    public static void Remove(LaunchedProcess launch)
    {
        lock (Open)
        {
            Open.Remove(launch);
        }
    }

    /// <summary>
    /// Makes the child with this pid known to its owner; false when none of the launches has made it.
    /// </summary>
    public static bool Adopt(int pid)
    {
        LaunchedProcess[] open;
        lock (Open)
        {
            if (Open.Count == 0)
            {
                return false;
            }

            open = [.. Open];
        }

        foreach (var launch in open)
        {
            if (launch.AdoptIf(pid))
            {
                return true;
            }
        }

        return false;
    }
}
