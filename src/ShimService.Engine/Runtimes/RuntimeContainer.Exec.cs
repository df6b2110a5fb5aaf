using ShimService.Engine.Containers;
using ShimService.Engine.Launching;
using ShimService.Engine.Stdio;
using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Oci;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Runtimes;

/// <summary>Extra processes.</summary>
internal sealed partial class RuntimeContainer
{
    /// <inheritdoc/>
    public void CheckExec(ExecRequest request) => _ = Parse(request);

    /// <inheritdoc/>
    public async Task<IProcess> ExecAsync(ExecRequest exec, CancellationToken abort)
    {
        var process = Parse(exec);
        ProcessStdio? stdio = null;
        try
        {
            stdio = await parts.Stdio.PrepareAsync(
                exec.Stdio,
                new StdioSettings(
                    exec.Id.Value, StdioOwner.Of(process.User, spec.Linux, request.Streams), request.Streams.WhenFull),
                abort);
            if (init.Reaped.IsCompleted)
            {
                throw LaunchErrors.Stopped();
            }

            var launched = await runtime.LaunchAsync(
                "exec", ["--detach", "--process", OciRuntime.InputFile], exec.Process, stdio, process.Terminal, abort);
            stdio.Launched();
            var running = new ContainerProcess(
                launched.Pid, signal => launched.PidFd is { } held && PidFds.Signal(held, signal),
                () => launched.PidFd?.Dispose(), stdio, launched.Exited, memory.Check);
            running.Executed();
            return running;
        }
        catch (Exception exception)
        {
            if (stdio is not null)
            {
                await stdio.CloseAsync();
            }

            // A runtime says only that it could not: why shows when the init's exit comes, which it may a moment later.
            if (exception is TaskException { Reason: ErrorReason.LaunchFailed } && await HasEndedAsync())
            {
                throw LaunchErrors.Stopped(exception);
            }

            if (exception is KernelException kernel)
            {
                throw LaunchErrors.From(runtime.Step("exec"), kernel);
            }

            throw;
        }
    }

    private async Task<bool> HasEndedAsync()
    {
        try
        {
            await init.Reaped.WaitAsync(parts.Options.InitExitLimit, parts.Options.Time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static ProcessSpec Parse(ExecRequest request)
    {
        try
        {
            var process = ProcessSpec.Parse(request.Process.Span);
            CompileStreams.CheckTerminal(process, request.Stdio);
            return process;
        }
        catch (SpecException exception)
        {
            throw LaunchErrors.From(exception);
        }
    }
}
