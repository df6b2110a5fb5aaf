using ShimService.Linux;
using ShimService.Tasks.Values;

namespace ShimService.Shim.Sandboxes;

/// <summary>
/// One sandbox. Changed with its <see cref="SandboxKeeper"/> locked; <see cref="Ended"/> from any thread.
/// </summary>
internal sealed class Sandbox(string id, NamespaceSettings settings, DateTimeOffset createdAt)
{
    private readonly TaskCompletionSource<ProcessExit> _ended =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id => id;

    public NamespaceSettings Settings => settings;

    public DateTimeOffset CreatedAt => createdAt;

    /// <summary>Null until it is started, and again after its end.</summary>
    public NamespaceHolder? Holder { get; set; }

    public bool IsReady => Holder is not null;

    public Task<ProcessExit> Ended => _ended.Task;

    public void End(DateTimeOffset at)
    {
        Holder?.Dispose();
        Holder = null;
        _ended.TrySetResult(new ProcessExit(0, at, OomKilled: false));
    }
}
