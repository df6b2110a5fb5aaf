using ShimService.Cli.Terminal;

namespace ShimService.Cli.Attached;

/// <summary>
/// A process somewhere that an <see cref="Attachment"/> stands for: behind shimd, or behind its own shim.
/// </summary>
internal interface IAttachedProcess
{
    /// <summary>Connects to its streams; works before it is started.</summary>
    Task<IAttachedStream> OpenAsync(bool withLog, CancellationToken cancel);

    /// <summary>Never fails for a process that has exited meanwhile.</summary>
    Task KillAsync(int signal, CancellationToken cancel);

    /// <summary>Never fails for a process that has exited meanwhile.</summary>
    Task ResizeAsync(TerminalSize size, CancellationToken cancel);
}
