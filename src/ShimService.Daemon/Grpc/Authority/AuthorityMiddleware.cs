using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace ShimService.Daemon.Grpc.Authority;

/// <summary>
/// Puts a <see cref="FrameFilter"/> before Kestrel. Kestrel resets a stream whose :authority is no host name, before
/// any handler sees it; on a unix socket clients send whatever their library makes of the path (README, table). Nothing
/// here asks for the authority.
/// </summary>
internal static class AuthorityMiddleware
{
    public static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        IDuplexPipe transport = connection.Transport;
        var pipe = new Pipe(new PipeOptions(
            connection.Features.Get<IMemoryPoolFeature>()?.MemoryPool,
            readerScheduler: PipeScheduler.Inline,
            writerScheduler: PipeScheduler.Inline,
            useSynchronizationContext: false));
        connection.Transport = new Filtered(pipe.Reader, transport.Output);
        Task pumping = PumpAsync(transport.Input, pipe.Writer);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
            await pipe.Reader.CompleteAsync();
            transport.Input.CancelPendingRead();
            await pumping;
        }
    }

    /// <summary>Until one of the two ends is done. Never throws: the reader gets what broke.</summary>
    private static async Task PumpAsync(PipeReader input, PipeWriter output)
    {
        var filter = new FrameFilter();
        Exception? broken = null;
        try
        {
            while (true)
            {
                ReadResult read = await input.ReadAsync(CancellationToken.None);
                input.AdvanceTo(filter.Run(read.Buffer, output), read.Buffer.End);
                FlushResult flush = await output.FlushAsync(CancellationToken.None);
                if (read.IsCompleted || read.IsCanceled || flush.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or InvalidOperationException)
        {
            broken = error;
        }

        await output.CompleteAsync(broken);
    }

    private sealed class Filtered(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input { get; } = input;

        public PipeWriter Output { get; } = output;
    }
}
