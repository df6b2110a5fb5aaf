using ShimService.Tasks.Ports;

namespace ShimService.Testing.Fakes;

internal sealed class FakeStdio(StdioRequest request) : IProcessStdio
{
    public StdioRequest Request => request;

    /// <summary>Output that no reader takes.</summary>
    public TaskCompletionSource? Undrained { get; set; }

    public bool IsPending { get; set; }

    /// <summary>Its readers have gone.</summary>
    public bool IsForsaken { get; set; }

    public bool StdinClosed { get; private set; }

    public bool Closed { get; private set; }

    public (int Width, int Height)? Size { get; private set; }

    public List<byte[]> Written { get; } = [];

    public Task Drained => Undrained?.Task ?? Task.CompletedTask;

    public ValueTask<bool> IsForsakenAsync() => new(IsForsaken);

    public IStdioAttachment Attach() => new FakeAttachment();

    public ValueTask WriteStdinAsync(ReadOnlyMemory<byte> data, CancellationToken cancel)
    {
        Written.Add(data.ToArray());
        return ValueTask.CompletedTask;
    }

    public void CloseStdin() => StdinClosed = true;

    public void Resize(int width, int height) => Size = (width, height);

    public ValueTask CloseAsync()
    {
        Closed = true;
        return ValueTask.CompletedTask;
    }
}
