using System.Threading.Channels;

namespace ShimService.Cli.Descriptors;

/// <summary>
/// Reads our stdin on a thread of its own, because a read cannot be taken back: the thread is a background one, and
/// the end of our process ends it. Pieces come in order; an empty channel that is complete means end of file.
/// </summary>
internal sealed class InputReader
{
    private const int PieceBytes = 32 * 1024;
    private const int PiecesAhead = 2;

    private readonly Channel<byte[]> _pieces =
        Channel.CreateBounded<byte[]>(
            new BoundedChannelOptions(PiecesAhead) { SingleReader = true, SingleWriter = true });

    private InputReader()
    {
    }

    public static ChannelReader<byte[]> Start()
    {
        var reader = new InputReader();
        new Thread(reader.Run) { IsBackground = true, Name = "stdin" }.Start();
        return reader._pieces.Reader;
    }

    private void Run()
    {
        byte[] buffer = new byte[PieceBytes];
        int count;
        while ((count = Descriptor.Read(0, buffer)) > 0)
        {
            ValueTask written = _pieces.Writer.WriteAsync(buffer.AsSpan(0, count).ToArray());
            if (!written.IsCompletedSuccessfully)
            {
                written.AsTask().Wait();
            }
        }

        _pieces.Writer.Complete();
    }
}
