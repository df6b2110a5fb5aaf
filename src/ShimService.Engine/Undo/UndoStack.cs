namespace ShimService.Engine.Undo;

/// <summary>
/// What has been made so far and how to take each back, in reverse. An undo has a time limit of its own and never the
/// caller's token; one that fails is told and the rest go on. Not thread-safe: belongs to one launch.
/// </summary>
internal sealed class UndoStack(TimeSpan limit, TimeProvider time, Action<string> onFailure)
{
    private readonly Stack<(string Name, Func<ValueTask> Undo)> _steps = new();

    /// <summary><paramref name="name"/>: what the step takes back, for the message: "cgroup /shimservice/c1".</summary>
    public void Push(string name, Func<ValueTask> undo) => _steps.Push((name, undo));

    /// <summary>The launch has succeeded: what was made stays.</summary>
    public void Forget() => _steps.Clear();

    public async Task RunAsync()
    {
        while (_steps.TryPop(out var step))
        {
            try
            {
                var undo = step.Undo();
                if (!undo.IsCompletedSuccessfully)
                {
                    await undo.AsTask().WaitAsync(limit, time);
                }
            }
            catch (Exception exception)
            {
                // An undo must not keep the next one from running, and its caller has an error of its own already.
                onFailure($"{step.Name} was left behind: {exception.Message}");
            }
        }
    }
}
