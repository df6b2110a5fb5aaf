namespace ShimService.Daemon.Files;

/// <summary>Removes directories that shimd made.</summary>
internal static class DirectoryTree
{
    /// <summary>
    /// Removes a directory with all that is in it; one that is not there is no error. Links are not followed.
    /// </summary>
    public static void Remove(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody was faster.
        }
    }
}
