namespace ShimService.Engine.Compile.Input;

/// <summary>A look into a container's root directory before anything is mounted in it.</summary>
public interface IRootfsView : IPathView
{
    /// <summary>The home directory /etc/passwd gives a user; null when it does not know them.</summary>
    string? FindHome(uint uid);
}
