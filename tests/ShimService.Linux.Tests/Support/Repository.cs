using System.Runtime.CompilerServices;

namespace ShimService.Linux.Tests.Support;

/// <summary>Where the sources are.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    private static string FindRoot([CallerFilePath] string thisFile = "")
    {
        for (var directory = Path.GetDirectoryName(thisFile); directory is not null;
             directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, "ShimService.sln")))
            {
                return directory;
            }
        }

        throw new InvalidOperationException($"no ShimService.sln above {thisFile}");
    }
}
