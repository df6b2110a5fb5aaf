using ShimService.Engine.Launching;
using ShimService.Engine.Stdio.Loop;
using ShimService.Engine.Stdio.Open;
using ShimService.Engine.Stdio.Sinks;
using ShimService.Engine.Stdio.Targets;
using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Linux.Stdio;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio.Loggers;

/// <summary>
/// Starts the logger of one process and waits until it is ready.
/// <code>
///   3 stdout ─┐                    5 ─▶ a byte, or (binary:// only) the end ─▶ the container may be made
///   4 stderr ─┴ read ends          env: CONTAINER_ID, CONTAINER_NAMESPACE and nothing else
/// </code>
/// Source: containerd cmd/containerd-shim-runc-v2/process/io.go, NewBinaryIO; core/runtime/v2/README.md, "Logging".
/// </summary>
internal sealed class LoggerOpener(StdioLoop loop, HostStarter starter, StdioOptions options)
{
    /// <summary>
    /// Puts the logger and the container's ends into the parts, at once, so that a failure at any point is undone by
    /// their owner. Errors: TaskException with the field; OperationCanceledException.
    /// </summary>
    public async Task OpenAsync(
        StdioTarget target, StdioRequest request, StdioSettings settings, StdioParts parts, CancellationToken cancel)
    {
        var uri = request.Stdout;
        FileDescriptor? ready = null;
        try
        {
            ready = await StartAsync(LoggerCommand.Parse(target.Path), request.Terminal, settings, parts);
            if (!await IsReadyAsync(ready, cancel) && target.Kind == StdioTargetKind.ReportingLogger)
            {
                throw OpenErrors.Logger(uri, "the logger gave up its descriptor 5 (CONTAINER_WAIT) without a byte: it "
                    + "could not start logging; its own log tells why");
            }
        }
        catch (LaunchException failure)
        {
            throw OpenErrors.Logger(
                uri, $"{failure.Message}; the URI names a program on the host", failure, failure.Failure.Errno.ToString());
        }
        catch (KernelException refused)
        {
            throw OpenErrors.From(refused, "stdout", uri);
        }
        catch (TimeoutException)
        {
            throw new TaskException(ErrorKind.DeadlineExceeded, ErrorReason.TimedOut,
                $"stdout \"{uri}\": the logger neither wrote to nor closed its descriptor 5 (CONTAINER_WAIT) within "
                + $"{options.LoggerReadyLimit.TotalSeconds:0.##} s")
            {
                Field = "stdout",
            };
        }
        finally
        {
            ready?.Dispose();
        }
    }

    private async Task<FileDescriptor> StartAsync(
        LoggerCommand command, bool terminal, StdioSettings settings, StdioParts parts)
    {
        var stdout = OwnedPipes.Make(settings.Owner);
        parts.ChildStdout = stdout.Write;
        PipeEnds stderr = default, ready = default;
        try
        {
            stderr = OwnedPipes.Make(settings.Owner);
            parts.ChildStderr = stderr.Write;
            ready = Descriptors.CreatePipe();
            var started = await starter.StartAsync(new HostProgram(
                command.Path,
                command.Args,
                [$"CONTAINER_ID={settings.Id}", $"CONTAINER_NAMESPACE={options.Namespace}"])
            {
                Descriptors = [stdout.Read, stderr.Read, ready.Write],
                Session = HostSession.Own,
            });
            parts.Logger = new LoggerProcess(loop, options, command.Path, started, [stdout.Read, stderr.Read]);
        }
        catch
        {
            stdout.Read.Dispose();
            stderr.Read?.Dispose();
            ready.Read?.Dispose();
            ready.Write?.Dispose();
            throw;
        }

        ready.Write.Dispose();
        if (terminal)
        {
            // Our own writing, of what the terminal's master says; nothing ever comes on the logger's stderr.
            Descriptors.SetNonBlocking(stdout.Write);
            parts.StdoutSink = new DescriptorSink(stdout.Write, FileKind.Fifo);
            parts.ChildStdout = null;
            stderr.Write.Dispose();
            parts.ChildStderr = null;
        }

        return ready.Read;
    }

    /// <summary>False: the descriptor was closed without a byte.</summary>
    private async Task<bool> IsReadyAsync(FileDescriptor ready, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(options.LoggerReadyLimit, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await OneReadiness.WaitAsync(loop, ready, Readiness.Readable, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException();
        }

        var one = new byte[1];
        return StreamIo.Read(ready, one) is { Succeeded: true, Count: 1 };
    }
}
