using ShimService.Cli.Descriptors;
using ShimService.Cli.Output;
using ShimService.Cli.Terminal;
using ShimService.Rpc;

namespace ShimService.Cli.Attached;

/// <summary>
/// Our streams, or our terminal, connected to a process of a container until its output ends or the user detaches.
/// Three loops: output (the caller's), input and signals; the first decides when it is over.
/// </summary>
internal sealed class Attachment(IAttachedProcess process, AttachOptions options) : IDisposable
{
    private readonly CancellationTokenSource _over = new();
    private volatile bool _detached;

    /// <param name="start">Starts the process, once we are listening.</param>
    /// <param name="cancel">Ends the attachment; the process runs on.</param>
    public async Task<AttachOutcome> RunAsync(Func<CancellationToken, Task> start, CancellationToken cancel)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancel, _over.Token);
        await using IAttachedStream stream = await process.OpenAsync(options.WithLog, linked.Token);
        await start(cancel);

        using RawTerminal? raw = options is { Terminal: true, Stdin: true } ? RawTerminal.Enter(0) : null;
        await using var signals = new SignalForwarder(options.Terminal, signal =>
            signal == SignalForwarder.WindowChanged
                ? ResizeAsync(linked.Token)
                : process.KillAsync(signal, linked.Token));
        using CancellationTokenRegistration leaving = signals.Left.Register(_over.Cancel);
        if (options.Terminal)
        {
            await ResizeAsync(linked.Token);
        }

        Task input = options.Stdin ? SendInputAsync(stream, raw is not null, linked.Token) : Task.CompletedTask;
        try
        {
            await CopyOutputAsync(stream, linked.Token);
            return AttachOutcome.Ended;
        }
        catch (Exception error) when (_detached && error is OperationCanceledException or RpcException)
        {
            await input;
            return AttachOutcome.Detached;
        }
        catch (Exception error) when (signals.Left.IsCancellationRequested
            && error is OperationCanceledException or RpcException)
        {
            throw signals.Departure;
        }
    }

    public void Dispose()
    {
        _over.Cancel();
        _over.Dispose();
    }

    private static async Task CopyOutputAsync(IAttachedStream stream, CancellationToken cancel)
    {
        var stdout = new OutputWriter(descriptor: 1, json: false);
        await foreach (AttachedChunk chunk in stream.ReadAllAsync(cancel))
        {
            (chunk.Stderr ? OutputWriter.Error : stdout).Bytes(chunk.Bytes.Span);
        }
    }

    private async Task SendInputAsync(IAttachedStream stream, bool typed, CancellationToken cancel)
    {
        var keys = new DetachKeys();
        try
        {
            await foreach (byte[] piece in InputReader.Start().ReadAllAsync(cancel))
            {
                byte[] send = piece;
                int count = piece.Length;
                bool detach = false;
                if (typed)
                {
                    send = new byte[piece.Length + 1];
                    (count, detach) = keys.Filter(piece, send);
                }

                if (count > 0)
                {
                    await stream.SendAsync(send.AsMemory(0, count), cancel);
                }

                if (detach)
                {
                    _detached = true;
                    await _over.CancelAsync();
                    return;
                }
            }

            await stream.CloseInputAsync(cancel);
        }
        catch (Exception error) when (error is OperationCanceledException or RpcException)
        {
            // The process is gone: the output loop says how it ended.
        }
    }

    private async Task ResizeAsync(CancellationToken cancel)
    {
        if ((TerminalSize.Of(0) ?? TerminalSize.Of(1)) is { } size)
        {
            await process.ResizeAsync(size, cancel);
        }
    }
}
