namespace ShimService.Engine.Compile.Input;

/// <summary>
/// A look at paths, symbolic links followed within the view's root. What it answers is a hint: it decides which steps
/// are planned, and a wrong hint makes a launch fail, never land somewhere else.
/// </summary>
public interface IPathView
{
    /// <summary><paramref name="path"/> is absolute within the view.</summary>
    PathLook Look(string path);

    /// <summary>Whether a symbolic link is on the way to a path, or at its end.</summary>
    bool MeetsLink(string path) => false;

    /// <summary>Where the symbolic link at a path leads, as it is written; null for anything else.</summary>
    string? ReadLink(string path) => null;

    /// <summary>
    /// Whether whoever it is can walk to a path: each directory on the way lets everybody through, and none is a link.
    /// </summary>
    bool IsOpenToAll(string path) => true;
}
