using ShimService.Engine.Compile.Sections;
using ShimService.Engine.Launching;
using ShimService.Engine.Stdio;
using ShimService.Engine.Stdio.Open;
using ShimService.Engine.Undo;
using ShimService.Linux;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Oci;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Containers;

/// <summary>Extra processes.</summary>
internal sealed partial class LinuxContainer
{
    /// <inheritdoc/>
    public void CheckExec(ExecRequest request) => _ = Parse(request, _spec.Process);

    /// <inheritdoc/>
    public async Task<IProcess> ExecAsync(ExecRequest request, CancellationToken abort)
    {
        var undo = new UndoStack(_parts.Options.RemoveLimit, _parts.Options.Time, _parts.Options.OnWarning);
        try
        {
            return await ExecAsync(request, undo, abort);
        }
        catch (Exception exception)
        {
            await undo.RunAsync();
            if (MayBeInitsEnd(exception))
            {
                await AwaitInitsEndAsync();
            }

            if (TranslateExec(exception) is { } translated)
            {
                throw translated;
            }

            throw;
        }
    }

    private async Task<LinuxProcess> ExecAsync(ExecRequest request, UndoStack undo, CancellationToken abort)
    {
        var process = Parse(request, _spec.Process);
        var own = _cgroup.OpenJoin(
            process.ExecCpuAffinity is { Initial.Length: > 0 } ? CgroupEntry.Later : CgroupEntry.AtBirth);
        using var join = Resctrl is null ? own : Resctrl.Extend(own);
        using var preserved = PreservedDescriptors.Fetch(request.Stdio);
        var exec = _parts.Compiler.CompileExec(
            new ExecPlanRequest(process, _spec, NamespaceSection.Listed(_spec), CgroupDescriptors.Names(join))
            {
                InitPid = _init.Launched.Pid,
                NullStreams = CompileStreams.Null(request.Stdio),
                Preserved = request.Stdio.Preserved,
                Keyring = LaunchNames.Keyring(_request.Id.Value, _request.Keyring),
            });
        var streams = _request.Streams;
        var stdio = await _parts.Stdio.PrepareAsync(
            request.Stdio,
            new StdioSettings(request.Id.Value, StdioOwner.Of(process.User, _spec.Linux, streams), streams.WhenFull),
            abort);
        undo.Push("stdio", stdio.CloseAsync);
        if (_init.Reaped.IsCompleted)
        {
            throw LaunchErrors.Stopped();
        }

        // Known from its execve or its death on; until then the launch is its helper.
        LinuxProcess? launched = null;
        var launch = await LaunchAsync(join.CloneInto, cgroup => _parts.Launcher.LaunchAsync(exec.Plan, new LaunchOptions
        {
            Cgroup = cgroup,
            Stdin = stdio.ChildStdin,
            Stdout = stdio.ChildStdout,
            Stderr = stdio.ChildStderr,
            Descriptors = [.. preserved.All, .. CgroupDescriptors.Handles(join, _init.Launched.PidFd)],
            HelperCloned = _parts.Reaper.Disregard,
            Cloned = process => Volatile.Write(ref launched,
                new LinuxProcess(process, stdio, _parts.Reaper.Register(process.Pid), _memory.Check)),
        }));
        undo.Push("process", () => EndAsync(launch, () => Volatile.Read(ref launched)));
        stdio.Launched();
        await new Rendezvous(launch, _parts.Options, null)
        {
            Terminal = () => TerminalHandOver.Fetch(launch, exec.TerminalMaster, stdio),
            Listener = () => SeccompListener.HandOver(
                launch, _spec, _request.Id.Value, _request.Bundle, _init.Launched),
        }.RunAsync(abort);
        launched!.Executed();
        undo.Forget();
        return launched;
    }

    // A container that manages cgroups of its own has moved its init into one of them: the container's can have no
    // processes then, and who comes later goes where the init is.
    private async Task<LaunchedProcess> LaunchAsync(
        FileDescriptor? cgroup, Func<FileDescriptor?, Task<LaunchedProcess>> launch)
    {
        try
        {
            return await launch(cgroup);
        }
        catch (KernelException refused) when (refused.Errno == Errno.EBUSY && cgroup is not null)
        {
            using var inner = _cgroup.OpenInner(_init.Launched.Pid);
            if (inner is null)
            {
                throw;
            }

            return await launch(inner);
        }
    }

    private static async ValueTask EndAsync(LaunchedProcess launch, Func<LinuxProcess?> process)
    {
        launch.Kill(9);
        await launch.Over;
        if (process() is { } known)
        {
            known.Kill(Tasks.Values.Signal.Kill);
            await known.Reaped;
        }
    }

    // The init's death shows in several ways, by how far the exec had come: its pidfd closed, ESRCH or EINVAL of setns,
    // ENOMEM of the clone into a pid namespace without init, a kill by the namespace's end.
    private static bool MayBeInitsEnd(Exception exception) => exception switch
    {
        LaunchException { Failure.Errno: Errno.None or Errno.ESRCH or Errno.ENODEV } => true,
        LaunchException { Failure.Call: "setns" or "clone" } => true,
        LaunchException { Failure.Step: NamespaceSection.JoinContainer } => true,
        KernelException { Errno: Errno.ESRCH or Errno.ENOENT or Errno.ENODEV or Errno.EBADF or Errno.EINVAL } => true,
        ArgumentException or ObjectDisposedException => true,
        _ => false,
    };

    // A pid namespace kills its processes before its init is seen to exit: the exec's end is known before the reason of
    // it. What is not that (memory, somebody's kill) is told this much later.
    private async Task AwaitInitsEndAsync()
    {
        try
        {
            await _init.Reaped.WaitAsync(_parts.Options.InitExitLimit, _parts.Options.Time);
        }
        catch (TimeoutException)
        {
            // It runs on: the exec failed for a reason of its own.
        }
    }

    private TaskException? TranslateExec(Exception exception)
    {
        var gone = _init.Reaped.IsCompleted;
        return exception switch
        {
            LaunchException { Failure: { Call: "clone", Errno: Errno.ENOMEM } or { Call: "setns", Errno: Errno.ESRCH } } =>
                LaunchErrors.Stopped(exception),
            KernelException or LaunchException or ArgumentException or ObjectDisposedException when gone =>
                LaunchErrors.Stopped(exception),
            LaunchException launch => LaunchErrors.From(launch),
            KernelException kernel => LaunchErrors.From("exec", kernel),
            SpecException problem => LaunchErrors.From(problem),
            _ => null,
        };
    }

    // What an exec does not say of these is the container's, as with runc.
    private static ProcessSpec Inherit(ProcessSpec process, ProcessSpec? container) =>
        container is null ? process : process with
    {
        ApparmorProfile = process.ApparmorProfile.Length > 0 ? process.ApparmorProfile : container.ApparmorProfile,
        SelinuxLabel = process.SelinuxLabel.Length > 0 ? process.SelinuxLabel : container.SelinuxLabel,
        Scheduler = process.Scheduler ?? container.Scheduler,
        IoPriority = process.IoPriority ?? container.IoPriority,
        ExecCpuAffinity = process.ExecCpuAffinity ?? container.ExecCpuAffinity,
    };

    private static ProcessSpec Parse(ExecRequest request, ProcessSpec? container)
    {
        try
        {
            var process = Inherit(ProcessSpec.Parse(request.Process.Span), container);
            CompileStreams.CheckTerminal(process, request.Stdio);
            return process;
        }
        catch (SpecException exception)
        {
            throw LaunchErrors.From(exception);
        }
    }
}
