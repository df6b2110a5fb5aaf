using Google.Protobuf;
using ShimService.Rpc;
using ShimService.Shim.Handlers.Mapping;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;
using ShimService.Tasks.Values;
using AttachRequest = ShimService.Contracts.Shim.V1.AttachRequest;
using AttachResponse = ShimService.Contracts.Shim.V1.AttachResponse;
using Stream = ShimService.Contracts.V1.Stream;

namespace ShimService.Shim.Handlers.Private;

internal sealed partial class ShimHandlers
{
    /// <summary>Ends when the output has ended, or the connection has. The end of the input ends nothing.</summary>
    private async Task AttachAsync(
        IRpcReader<AttachRequest> reader, IRpcWriter<AttachResponse> writer, RpcContext context)
    {
        // Reading the input has to end with the output: a client may keep its side open for ever.
        using var over = CancellationTokenSource.CreateLinkedTokenSource(context.Cancellation);
        await using var requests = reader.ReadAllAsync(over.Token).GetAsyncEnumerator(over.Token);
        if (!await requests.MoveNextAsync())
        {
            throw new TaskException(
                ErrorKind.InvalidArgument, ErrorReason.InvalidArgument, "the first message has to name the process")
            {
                Field = "id",
            };
        }

        var id = Ids.Container(requests.Current.Id);
        var exec = Ids.Process(requests.Current.ExecId);
        var stdio = tasks.Stdio(id, exec);
        using var attachment = stdio.Attach();
        await writer.WriteAsync(new AttachResponse { LogBytes = (ulong)attachment.LogBytes }, context.Cancellation);

        var input = FeedAsync(requests, stdio, id, exec, over.Token);
        var output = ShowAsync(attachment, writer, over.Token);
        try
        {
            // A mistake in the input ends the call; its end, or that of the process's own stdin, does not.
            await Task.WhenAny(output, input);
            if (input.IsFaulted)
            {
                await input;
            }

            await output;
        }
        finally
        {
            await over.CancelAsync();
            await QuietAsync(input);
            await QuietAsync(output);
        }
    }

    private async Task FeedAsync(
        IAsyncEnumerator<AttachRequest> requests, IProcessStdio stdio, ContainerId id, ExecId? exec,
        CancellationToken cancel)
    {
        do
        {
            var request = requests.Current;
            if (request.Resize is { } size)
            {
                tasks.Resize(id, exec, (int)size.Width, (int)size.Height);
            }

            if (!request.Stdin.IsEmpty)
            {
                await stdio.WriteStdinAsync(request.Stdin.Memory, cancel);
            }

            if (request.CloseStdin)
            {
                tasks.CloseStdin(id, exec);
            }
        }
        while (await requests.MoveNextAsync());
    }

    private static async Task ShowAsync(
        IStdioAttachment attachment, IRpcWriter<AttachResponse> writer, CancellationToken cancel)
    {
        await foreach (var chunk in attachment.ReadAllAsync(cancel))
        {
            await writer.WriteAsync(
                new AttachResponse
                {
                    Stream = chunk.Stream == StdioStream.Stderr ? Stream.Stderr : Stream.Stdout,
                    Data = UnsafeByteOperations.UnsafeWrap(chunk.Data),
                },
                cancel);
        }
    }

    /// <summary>The call has ended already; how the other half ends tells nobody anything.</summary>
    private static async Task QuietAsync(Task task) =>
        await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
