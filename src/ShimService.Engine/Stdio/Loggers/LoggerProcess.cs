using ShimService.Engine.Reaping;
using ShimService.Engine.Stdio.Loop;
using ShimService.Engine.Stdio.Pumps;
using ShimService.Engine.Stdio.Sinks;
using ShimService.Linux;
using ShimService.Linux.Launch;
using ShimService.Linux.Stdio;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Stdio.Loggers;

/// <summary>
/// A program that reads the output of one process, for as long as that runs.
/// <code>
///   container ──▶ pipe ──▶ logger          (nothing passes through us; our read ends only stand by)
///                   └────▶ discarded here, once the logger has died before its time
///   all writers gone ─▶ logger reads the rest ─▶ exits by itself, or after a grace ─▶ Drained
///   EndAsync ─▶ SIGTERM ─▶ 12 s ─▶ SIGKILL
/// </code>
/// Our read ends keep a broken logger from killing (SIGPIPE) or stopping (a full pipe) the container.
/// </summary>
internal sealed class LoggerProcess
{
    private const int TerminateSignal = 15, KillSignal = 9;
    private static readonly TimeSpan EmptyInterval = TimeSpan.FromMilliseconds(5);

    private readonly StdioLoop _loop;
    private readonly StdioOptions _options;
    private readonly string _path;
    private readonly LaunchedProcess _process;
    private readonly Task<ReapedExit> _exited;
    private readonly FileDescriptor[] _readEnds;
    private readonly TaskCompletionSource _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly List<Pump> _discarding = [];
    private readonly Task _watching;
    private bool _reaped;
    private bool _closed;
    private Task? _ended;

    /// <summary>Takes over the read ends; one of them may be unused (a terminal has one stream).</summary>
    public LoggerProcess(
        StdioLoop loop,
        StdioOptions options,
        string path,
        (LaunchedProcess Process, Task<ReapedExit> Exited) started,
        FileDescriptor[] readEnds)
    {
        _loop = loop;
        _options = options;
        _path = path;
        (_process, _exited) = started;
        _readEnds = readEnds;
        Exited = FinishAsync();
        _watching = WatchAsync();
    }

    /// <summary>Completes when the logger has been reaped.</summary>
    public Task Exited { get; }

    /// <summary>
    /// Completes when the logger has read everything and has exited or had its grace, or when it died. Never faults.
    /// </summary>
    public Task Drained => _watching;

    /// <summary>True while bytes wait that a living logger has not read.</summary>
    public bool IsPending
    {
        get
        {
            lock (_gate)
            {
                return !_closed && !_reaped && !AreEmpty();
            }
        }
    }

    /// <summary>
    /// SIGTERM, and after a limit SIGKILL; completes when the logger is gone. An exit by that signal is no error.
    /// </summary>
    public Task EndAsync()
    {
        lock (_gate)
        {
            return _ended ??= EndOnceAsync();
        }
    }

    private async Task EndOnceAsync()
    {
        _ending.TrySetResult();
        await _watching;
        Signal(TerminateSignal);
        try
        {
            await Exited.WaitAsync(_options.LoggerTermination, _options.Time);
        }
        catch (TimeoutException)
        {
            _options.OnWarning(
                $"the logger {_path} did not exit within {_options.LoggerTermination.TotalSeconds:0} s of SIGTERM and is killed");
            Signal(KillSignal);
            await Exited;
        }

        await _loop.PostAsync(CloseNow);
    }

    private async Task FinishAsync()
    {
        var exit = await _exited;
        bool early;
        lock (_gate)
        {
            _reaped = true;
            _process.PidFd.Dispose();
            early = !_closed && !_ending.Task.IsCompleted && !AreHungUp();
        }

        if (early)
        {
            _options.OnWarning(
                $"the logger {_path} has exited with status {exit.Status}; output it would have read is lost");
            _loop.Post(Discard);
        }
    }

    private async Task WatchAsync()
    {
        using var over = new CancellationTokenSource();
        var hungUp = WaitForWritersAsync(over.Token);
        var leaving = Task.WhenAny(Exited, _ending.Task);
        await Task.WhenAny(hungUp, leaving);
        await over.CancelAsync();
        await hungUp.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (!leaving.IsCompleted && !AreEmpty())
        {
            await Task.Delay(EmptyInterval, _options.Time, CancellationToken.None);
        }

        try
        {
            await leaving.WaitAsync(_options.LoggerGrace, _options.Time);
        }
        catch (TimeoutException)
        {
            // It stays although nothing will come: the end that follows tells it to go.
        }
    }

    private async Task WaitForWritersAsync(CancellationToken cancel)
    {
        foreach (var end in _readEnds)
        {
            await OneReadiness.WaitAsync(_loop, end, Readiness.HungUp, cancel);
        }
    }

    private bool AreEmpty()
    {
        foreach (var end in _readEnds)
        {
            if (StreamIo.HasInput(end))
            {
                return false;
            }
        }

        return true;
    }

    private bool AreHungUp()
    {
        foreach (var end in _readEnds)
        {
            if (!StreamIo.IsHungUp(end))
            {
                return false;
            }
        }

        return true;
    }

    private void Signal(int signal)
    {
        lock (_gate)
        {
            if (!_reaped)
            {
                _process.Kill(signal);
            }
        }
    }

    private void Discard()
    {
        if (_closed)
        {
            return;
        }

        foreach (var end in _readEnds)
        {
            var copy = Descriptors.Duplicate(end);
            Descriptors.SetNonBlocking(copy);
            _discarding.Add(new Pump(
                _loop, new PumpSource(copy, FileKind.Fifo), new DiscardSink(), hub: null,
                StdioStream.Stdout, SinkLoss.Drain, static () => { }));
        }
    }

    private void CloseNow()
    {
        foreach (var pump in _discarding)
        {
            pump.Stop();
        }

        lock (_gate)
        {
            _closed = true;
            foreach (var end in _readEnds)
            {
                end.Dispose();
            }
        }
    }
}
