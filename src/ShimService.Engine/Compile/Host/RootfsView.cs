using System.Text;
using ShimService.Engine.Compile.Input;
using ShimService.Linux.Paths;

namespace ShimService.Engine.Compile.Host;

/// <summary>A look into a root directory, of a bundle or of a running container. Dispose after compiling.</summary>
internal sealed class RootfsView(RootedDirectory root) : IRootfsView, IDisposable
{
    private const int LargestPasswd = 1 << 20;

    public PathLook Look(string path) => HostPaths.From(root.Look(path));

    public bool MeetsLink(string path) => root.MeetsLink(path);

    public string? ReadLink(string path) => root.ReadLink(path);

    public string? FindHome(uint uid) => root.ReadRegular("/etc/passwd", LargestPasswd) is { } content
        ? Passwd.FindHome(Encoding.UTF8.GetString(content), uid)
        : null;

    public void Dispose() => root.Dispose();
}
