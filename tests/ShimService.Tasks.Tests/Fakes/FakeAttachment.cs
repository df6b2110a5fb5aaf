using System.Runtime.CompilerServices;
using ShimService.Tasks.Ports;

namespace ShimService.Testing.Fakes;

internal sealed class FakeAttachment : IStdioAttachment
{
    public long LogBytes => 3;

    public async IAsyncEnumerable<StdioChunk> ReadAllAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        yield return new StdioChunk(StdioStream.Stdout, "hi\n"u8.ToArray());
    }

    public void Dispose()
    {
    }
}
