using ShimService.Engine.Stdio.Loggers;
using ShimService.Engine.Stdio.Pumps;
using ShimService.Engine.Stdio.Sinks;
using ShimService.Engine.Stdio.Targets;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Stdio;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio.Open;

/// <summary>
/// Opens what a request names. Everything it opened goes into the parts at once, so that a failure at any point is
/// undone by disposing those.
/// </summary>
internal sealed class StdioOpener(
    StdioRequest request, StdioSettings settings, StdioOptions options, LoggerOpener loggers, StdioParts parts)
{
    private string _logPath = "";

    /// <summary>Errors: TaskException with the field.</summary>
    public async Task OpenAsync(CancellationToken cancel)
    {
        var stdin = StdioTargetParser.Parse(StdioField.Stdin, request.Stdin);
        var stdout = StdioTargetParser.Parse(StdioField.Stdout, request.Stdout);
        var stderr = request.Terminal
            ? StdioTarget.Null
            : StdioTargetParser.Parse(StdioField.Stderr, request.Stderr);
        if (request.ConsoleSocket.Length > 0)
        {
            await OpenConsoleSocketAsync(cancel);
            FillWithNull();
            return;
        }

        Checked("stdin", request.Stdin, () => OpenInput(stdin));
        if (stdout.IsLogger || stderr.IsLogger)
        {
            await OpenLoggerAsync(stdout, stderr, cancel);
        }
        else
        {
            await OpenOutputAsync(StdioStream.Stdout, "stdout", request.Stdout, stdout, cancel);
            await OpenOutputAsync(StdioStream.Stderr, "stderr", request.Stderr, stderr, cancel);
        }

        FillWithNull();
    }

    private void FillWithNull()
    {
        if (parts.ChildStdin is null || parts.ChildStdout is null || parts.ChildStderr is null)
        {
            var nowhere = Files.Open("/dev/null", OpenFlags.ReadWrite);
            parts.ChildStdin ??= nowhere;
            parts.ChildStdout ??= nowhere;
            parts.ChildStderr ??= nowhere;
        }
    }

    /// <summary>One logger takes both streams, so it is named in stdout.</summary>
    private async Task OpenLoggerAsync(StdioTarget stdout, StdioTarget stderr, CancellationToken cancel)
    {
        if (!stdout.IsLogger)
        {
            throw OpenErrors.Invalid(
                "stderr", request.Stderr, "a logger takes both streams; name it in stdout, and the same or nothing here");
        }

        if (stderr.Kind != StdioTargetKind.Null && stderr != stdout)
        {
            throw OpenErrors.Invalid(
                "stderr", request.Stderr, "stdout's logger takes this stream too; give the same URI or nothing");
        }

        await loggers.OpenAsync(stdout, request, settings, parts, cancel);
    }

    private void OpenInput(StdioTarget target)
    {
        switch (target.Kind)
        {
            case StdioTargetKind.Peer when request.Terminal:
                var (source, kind) = PeerDescriptors.OpenForCopying(
                    FetchPeer("stdin", request.Stdin, target.PeerDescriptor), OpenFlags.ReadOnly, request.Stdin);
                parts.InputSource = new PumpSource(source, kind);
                break;
            case StdioTargetKind.Peer:
                parts.ChildStdin = FetchPeer("stdin", request.Stdin, target.PeerDescriptor);
                break;
            case StdioTargetKind.Attach:
                parts.InputFromAttachers = true;
                MakeInputPipe();
                break;
            case StdioTargetKind.Path:
                OpenInputPath(target.Path);
                MakeInputPipe();
                break;
            case StdioTargetKind.Null:
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(target));
        }
    }

    private void OpenInputPath(string path)
    {
        using var found = Fifos.Resolve(path);
        var kind = FileFacts.Read(found, path).Kind;
        switch (kind)
        {
            case FileKind.Fifo:
                var ends = Fifos.OpenInput(found, path);
                parts.InputSource = new PumpSource(ends.Read, FileKind.Fifo);
                parts.InputHolder = ends.Write;
                break;
            case FileKind.Regular or FileKind.CharacterDevice:
                parts.InputSource = new PumpSource(
                    Fifos.Reopen(found, path, OpenFlags.ReadOnly | OpenFlags.NoControllingTerminal), kind);
                break;
            default:
                throw OpenErrors.Invalid(
                    "stdin", request.Stdin, "is neither a fifo, nor a regular file, nor a character device");
        }
    }

    private void MakeInputPipe()
    {
        if (!request.Terminal)
        {
            var pipe = MakePipe();
            parts.ChildStdin = pipe.Read;
            parts.InputTarget = pipe.Write;
            Descriptors.SetNonBlocking(pipe.Write);
        }
    }

    private async Task OpenOutputAsync(
        StdioStream stream, string field, string uri, StdioTarget target, CancellationToken cancel)
    {
        if (target.Kind == StdioTargetKind.Null)
        {
            return;
        }

        if (target.Kind == StdioTargetKind.Peer && !request.Terminal)
        {
            Checked(field, uri, () => SetChild(stream, FetchPeer(field, uri, target.PeerDescriptor)));
            return;
        }

        IStdioSink? sink = null;
        if (target.Kind == StdioTargetKind.Path)
        {
            sink = await OpenPathAsync(field, uri, target.Path, cancel);
        }
        else
        {
            Checked(field, uri, () => sink = OpenSink(stream, field, uri, target));
        }

        if (stream == StdioStream.Stdout)
        {
            parts.StdoutSink = sink;
        }
        else
        {
            parts.StderrSink = sink;
        }

        if (!request.Terminal)
        {
            Checked(field, uri, () => MakeOutputPipe(stream));
        }
    }

    private IStdioSink OpenSink(StdioStream stream, string field, string uri, StdioTarget target)
    {
        switch (target.Kind)
        {
            case StdioTargetKind.File:
                return new AppendSink(OutputFiles.OpenAppend(target.Path, OutputFiles.Shared), WarnOfLoss(target.Path));
            case StdioTargetKind.Log:
                if (parts.Log is null)
                {
                    parts.Log = new LogFile(
                        OutputFiles.OpenAppend(
                            target.Path, OutputFiles.Private), options.Time, WarnOfLoss(target.Path));
                    _logPath = target.Path;
                }
                else if (_logPath != target.Path)
                {
                    throw OpenErrors.Invalid(field, uri, $"both streams go to one log, and stdout's is {_logPath}");
                }

                return new LogSink(parts.Log, stream);
            case StdioTargetKind.Peer:
                var (peer, kind) = PeerDescriptors.OpenForCopying(
                    FetchPeer(field, uri, target.PeerDescriptor), OpenFlags.WriteOnly, uri);
                return new DescriptorSink(peer, kind);
            default:
                throw new ArgumentOutOfRangeException(nameof(target));
        }
    }

    private async Task<IStdioSink> OpenPathAsync(string field, string uri, string path, CancellationToken cancel)
    {
        try
        {
            using var found = Fifos.Resolve(path);
            switch (FileFacts.Read(found, path).Kind)
            {
                case FileKind.Fifo:
                    var ends = await Fifos.OpenOutputAsync(found, path, options, cancel);
                    return new FifoSink(ends, settings.WhenFull, why =>
                        options.OnWarning($"output to {path} is being lost: {why}"));
                case FileKind.Regular:
                    return new AppendSink(OutputFiles.OpenAppend(path, OutputFiles.Shared), WarnOfLoss(path));
                case FileKind.CharacterDevice:
                    return new DescriptorSink(
                        Fifos.Reopen(found, path, OpenFlags.WriteOnly | OpenFlags.NoControllingTerminal),
                        FileKind.CharacterDevice);
                default:
                    throw OpenErrors.Invalid(
                        field, uri, "is neither a fifo, nor a regular file, nor a character device");
            }
        }
        catch (KernelException refused)
        {
            throw OpenErrors.From(refused, field, uri);
        }
    }

    private async Task OpenConsoleSocketAsync(CancellationToken cancel)
    {
        if (!request.Terminal)
        {
            throw OpenErrors.Invalid("console_socket", request.ConsoleSocket, "there is no terminal to hand over");
        }

        var started = options.Time.GetTimestamp();
        while (true)
        {
            try
            {
                parts.ConsoleSocket = DescriptorSocket.Connect(request.ConsoleSocket);
                return;
            }
            catch (KernelException refused) when (refused.Errno == Errno.EAGAIN
                && options.Time.GetElapsedTime(started) < options.ConsoleSocketLimit)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), options.Time, cancel);
            }
            catch (KernelException refused)
            {
                throw OpenErrors.From(refused, "console_socket", request.ConsoleSocket);
            }
        }
    }

    private void MakeOutputPipe(StdioStream stream)
    {
        var pipe = MakePipe();
        SetChild(stream, pipe.Write);
        var source = new PumpSource(pipe.Read, FileKind.Fifo);
        if (stream == StdioStream.Stdout)
        {
            parts.StdoutSource = source;
        }
        else
        {
            parts.StderrSource = source;
        }

        Descriptors.SetNonBlocking(pipe.Read);
    }

    private PipeEnds MakePipe() => OwnedPipes.Make(settings.Owner);

    private FileDescriptor FetchPeer(string field, string uri, int number) => request.PeerPid is { } pid
        ? PeerDescriptors.Fetch(pid, number)
        : throw OpenErrors.Invalid(field, uri, "the caller's process is not known; connect over a unix socket");

    private void SetChild(StdioStream stream, FileDescriptor end)
    {
        if (stream == StdioStream.Stdout)
        {
            parts.ChildStdout = end;
        }
        else
        {
            parts.ChildStderr = end;
        }
    }

    private Action<Errno> WarnOfLoss(string path) => errno =>
        options.OnWarning($"output is being lost, {path} cannot be written: {errno}");

    private static void Checked(string field, string uri, Action open)
    {
        try
        {
            open();
        }
        catch (KernelException refused)
        {
            throw OpenErrors.From(refused, field, uri);
        }
    }
}
