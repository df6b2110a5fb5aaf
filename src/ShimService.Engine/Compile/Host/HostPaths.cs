using System.Collections.Concurrent;
using ShimService.Engine.Compile.Input;
using ShimService.Linux.Paths;
using ShimService.Linux.Stdio;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Host;

/// <summary>
/// Paths of the host as the shim sees them. What has been seen in /proc and /sys is looked at once. What is not there
/// is looked for each time: a driver that is loaded later brings files that must be masked then. Any thread.
/// </summary>
internal sealed class HostPaths(RootedDirectory root) : IPathView
{
    // Bounds what a caller with odd specs can make us remember.
    private const int MostKept = 512;

    private readonly ConcurrentDictionary<string, PathLook> _kept = new(StringComparer.Ordinal);

    public PathLook Look(string path)
    {
        var lasting = path.StartsWith("/proc/", StringComparison.Ordinal)
            || path.StartsWith("/sys/", StringComparison.Ordinal);
        if (lasting && _kept.TryGetValue(path, out var known))
        {
            return known;
        }

        var look = From(root.Look(path));
        if (lasting && look.Kind != PathKind.Missing && _kept.Count < MostKept)
        {
            _kept[path] = look;
        }

        return look;
    }

    public bool MeetsLink(string path) => root.MeetsLink(path);

    public string? ReadLink(string path) => root.ReadLink(path);

    public bool IsOpenToAll(string path)
    {
        try
        {
            for (var slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
            {
                var directory = path[..slash];
                if (File.ResolveLinkTarget(directory, returnFinalTarget: false) is not null
                    || (File.GetUnixFileMode(directory) & UnixFileMode.OtherExecute) == 0)
                {
                    return false;
                }
            }

            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    internal static PathLook From(PathFacts? facts) => facts switch
    {
        null => new PathLook(PathKind.Missing),
        { Kind: FileKind.Directory, Mode: var mode } => new PathLook(PathKind.Directory, mode),
        { } file => new PathLook(PathKind.File, file.Mode)
        {
            Node = file.Kind switch
            {
                FileKind.CharacterDevice => DeviceKind.Character,
                FileKind.BlockDevice => DeviceKind.Block,
                FileKind.Fifo => DeviceKind.Fifo,
                _ => null,
            },
            Major = file.Major,
            Minor = file.Minor,
        },
    };
}
