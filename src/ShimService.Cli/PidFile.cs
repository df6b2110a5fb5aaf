using System.Globalization;

namespace ShimService.Cli;

/// <summary>The pid file callers of runc ask for: a number without a newline, never half written.</summary>
internal static class PidFile
{
    public static void Write(string? path, uint pid)
    {
        if (path is null)
        {
            return;
        }

        string directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string temporary = Path.Combine(directory, "." + Path.GetFileName(path) + ".new");
        File.WriteAllText(temporary, pid.ToString(CultureInfo.InvariantCulture));
        File.Move(temporary, path, overwrite: true);
    }
}
