using ShimService.Engine.Compile.Input;

namespace ShimService.Engine.Tests.Compile;

/// <summary>A file tree of names: those that end in "/" are directories with mode 755.</summary>
internal sealed class FakePaths(params string[] entries) : IRootfsView
{
    public PathLook Look(string path)
    {
        if (path == "/" || entries.Contains($"{path}/"))
        {
            return new PathLook(PathKind.Directory, path == "/tmp" ? 0x3FFu : 0x1EDu);
        }

        return entries.Contains(path) ? new PathLook(PathKind.File, 0x1A4) : new PathLook(PathKind.Missing);
    }

    public string? FindHome(uint uid) => uid == 0 ? "/root" : null;
}
