using System.Globalization;
using ShimService.Engine.Containers;
using ShimService.Engine.Launching;
using ShimService.Engine.Reaping;
using ShimService.Engine.Stdio;
using ShimService.Linux;
using ShimService.Linux.Errors;
using ShimService.Linux.Launch;
using ShimService.Linux.Stdio;
using ShimService.Tasks.Values;

namespace ShimService.Engine.Runtimes;

/// <summary>
/// One container's runtime: a program with runc's command line, called once a verb. It works as our child and dies with
/// us; what it launches becomes ours when it exits, since we are subreaper. Its errors are read from its log.
/// <code>
/// RUNTIME --root R --log L --log-format json VERB … ID
/// </code>
/// Errors: TaskException with the step ("runc create"); OperationCanceledException, after it is gone.
/// Source: runc 1.1 man/runc*.8, crun 1.8 crun.1.
/// </summary>
internal sealed class OciRuntime(EngineName engine, string id, RuntimeDirectory directory, EngineOptions options,
    HostStarter starter, Reaper reaper)
{
    /// <summary>Stands for the path of the input in arguments.</summary>
    public const string InputFile = "\0input";

    private static readonly string[] Environment =
        ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];

    public OciRuntime(EngineName engine, string id, RuntimeDirectory directory, EngineParts parts)
        : this(engine, id, directory, parts.Options, new HostStarter(parts.Launcher, parts.Reaper), parts.Reaper)
    {
    }

    public EngineName Engine => engine;

    public RuntimeDirectory Directory => directory;

    /// <summary>Cgroups are systemd's to make. Set before the first call.</summary>
    public bool UsesSystemd { get; set; }

    public string Step(string verb) => $"{engine.Label} {verb}";

    /// <summary>
    /// Removes what the runtime remembers of the container, in place of one that is gone: its successor would take the
    /// id for taken. Never throws.
    /// </summary>
    public void Forget()
    {
        try
        {
            System.IO.Directory.Delete(Path.Join(directory.Root, id), recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It had remembered nothing, or lets nobody: the directory goes with the shim's.
        }
    }

    /// <summary>A verb that launches nothing.</summary>
    /// <param name="verb">The word.</param>
    /// <param name="arguments">Between it and the id.</param>
    /// <param name="input">What FILE is to hold, where an argument is <see cref="InputFile"/>.</param>
    /// <param name="abort">Ends it.</param>
    public async Task RunAsync(
        string verb, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input, CancellationToken abort)
    {
        using var files = Prepare(verb, input);
        await CallAsync(verb, arguments, files, null, abort);
    }

    /// <summary>
    /// A verb that launches a process with these streams: answers it as ours. Whatever fails afterwards is the
    /// caller's to end.
    /// </summary>
    public async Task<ClaimedOrphan> LaunchAsync(
        string verb, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input, ProcessStdio stdio, bool terminal,
        CancellationToken abort)
    {
        using var files = Prepare(verb, input);
        using var orphans = reaper.KeepOrphans();
        using var console = terminal ? Listen(verb, files) : null;
        List<string> all = [.. arguments, "--pid-file", files.Pid];
        if (console is not null)
        {
            all.Add("--console-socket");
            all.Add(console.Path);
        }

        try
        {
            await CallAsync(verb, all, files, stdio, abort);
        }
        catch
        {
            // It may have launched the process before it failed or was killed.
            if (TryReadPid(files.Pid, out _) is { } left && reaper.Claim(left) is { } orphan)
            {
                End(orphan);
            }

            throw;
        }

        var process = Claim(verb, files.Pid);
        if (console is not null)
        {
            try
            {
                stdio.UseTerminal(console.TryReceive()
                    ?? throw RuntimeErrors.Untrue(Step(verb), "no terminal came to its --console-socket"));
            }
            catch
            {
                End(process);
                throw;
            }
        }

        return process;
    }

    // Whoever has just claimed it is the only one who knows it.
    private static void End(ClaimedOrphan process)
    {
        if (process.PidFd is { } held)
        {
            _ = PidFds.Signal(held, Signal.Kill.Number);
            held.Dispose();
        }
    }

    private ClaimedOrphan Claim(string verb, string file) => TryReadPid(file, out var text) is { } pid
        ? reaper.Claim(pid) ?? throw RuntimeErrors.Untrue(
            Step(verb), $"process {pid}, which its --pid-file names, is not an orphan of it")
        : throw RuntimeErrors.Untrue(Step(verb), $"its --pid-file holds \"{text}\", which is no pid");

    private static int? TryReadPid(string file, out string text)
    {
        try
        {
            text = Files.ReadText(file).Trim();
        }
        catch (KernelException)
        {
            text = "";
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 1 ? pid : null;
    }

    private RuntimeFiles Prepare(string verb, ReadOnlyMemory<byte> input)
    {
        RuntimeFiles? files = null;
        try
        {
            files = directory.NewCall();
            if (!input.IsEmpty)
            {
                File.WriteAllBytes(files.Input, input.Span);
            }

            return files;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            files?.Dispose();
            throw RuntimeErrors.NoRoom(Step(verb), exception);
        }
    }

    private DescriptorListener Listen(string verb, RuntimeFiles files)
    {
        try
        {
            return DescriptorListener.Listen(files.Directory, files.ConsoleName);
        }
        catch (KernelException exception)
        {
            throw RuntimeErrors.NotRun(Step(verb), exception);
        }
    }

    private async Task CallAsync(
        string verb, IReadOnlyList<string> arguments, RuntimeFiles files, ProcessStdio? stdio, CancellationToken abort)
    {
        abort.ThrowIfCancellationRequested();
        List<string> all =
            [engine.Runtime!, "--root", directory.Root, "--log", files.Log, "--log-format", "json"];
        if (UsesSystemd)
        {
            all.Add("--systemd-cgroup");
        }

        all.Add(verb);
        foreach (var argument in arguments)
        {
            all.Add(argument == InputFile ? files.Input : argument);
        }

        all.Add(id);
        LaunchedProcess process;
        Task<ReapedExit> exited;
        try
        {
            (process, exited) = await starter.StartAsync(new HostProgram(engine.Runtime!, all, Environment)
            {
                WorkingDirectory = "/",
                Stdin = stdio?.ChildStdin,
                Stdout = stdio?.ChildStdout,
                Stderr = stdio?.ChildStderr,
                Session = HostSession.Own,
                ParentDeath = ParentDeath.Die,
            });
        }
        catch (LaunchException exception)
        {
            throw RuntimeErrors.NotRun(Step(verb), exception);
        }
        catch (KernelException exception)
        {
            throw RuntimeErrors.NotRun(Step(verb), exception);
        }

        using var held = process.PidFd;
        var exit = await AwaitAsync(verb, process, exited, abort);
        if (exit.Status != 0)
        {
            throw RuntimeErrors.Failed(Step(verb), exit.Status, RuntimeLog.ReadError(files.Log));
        }
    }

    private async Task<ReapedExit> AwaitAsync(
        string verb, LaunchedProcess process, Task<ReapedExit> exited, CancellationToken abort)
    {
        try
        {
            return await exited.WaitAsync(options.RuntimeLimit, options.Time, abort);
        }
        catch (TimeoutException)
        {
            _ = PidFds.KillGroup(process.PidFd, process.Pid);
            await exited;
            throw RuntimeErrors.TimedOut(Step(verb), options.RuntimeLimit);
        }
        catch (OperationCanceledException)
        {
            _ = PidFds.KillGroup(process.PidFd, process.Pid);
            await exited;
            throw;
        }
    }
}
