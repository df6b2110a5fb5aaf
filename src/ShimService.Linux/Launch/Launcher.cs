using System.Globalization;
using ShimService.Linux.Abi;

namespace ShimService.Linux.Launch;

/// <summary>
/// Runs plans in children of clone3. The children of plans with a rendezvous are tied to the one permanent spawner
/// thread, which never blocks; inits that are born in another pid namespace come from a second thread, which enters
/// that namespace for the moment of the clone. Thread-safe.
/// </summary>
public sealed class Launcher : IDisposable
{
    private readonly LaunchEnvironment _environment;
    private readonly SyncWatcher _watcher = new();
    private readonly LaunchThread _spawner;
    private readonly Lock _guestLock = new();
    private LaunchThread? _guest;

    public Launcher()
    {
        _environment = new LaunchEnvironment(
            Files.Open("/dev/null", OpenFlags.ReadWrite), ReadIgnoredSignals(), _watcher);
        _spawner = new LaunchThread("spawner", _environment);
    }

    /// <summary>
    /// Clones the child; completes as soon as it exists. How it gets on is asked from the answer.
    /// Errors: KernelException when the kernel refuses the clone.
    /// </summary>
    public Task<LaunchedProcess> LaunchAsync(LaunchPlan plan, LaunchOptions options) =>
        Start(options, plan.Runs, plan.Rendezvous.Count > 0, process =>
            process.Give(plan, options.Stdin, options.Stdout, options.Stderr, options.Descriptors)).Cloned;

    /// <summary>
    /// Begins to clone a child that waits for <see cref="LaunchedProcess.Give"/>, so that its plan can be made
    /// meanwhile. <see cref="LaunchedProcess.Cloned"/> completes when it exists.
    /// </summary>
    /// <param name="start">What it is born with.</param>
    /// <param name="runs">What the plan's <see cref="LaunchPlan.Runs"/> will be.</param>
    /// <param name="isLed">The plan will have a rendezvous: the child dies with the launcher that has to lead
    /// it.</param>
    public LaunchedProcess Begin(LaunchStart start, PlanRuns runs, bool isLed) => Start(start, runs, isLed, null);

    /// <summary>
    /// Returns when no clone is under way whose child is not known to its owner yet: a reaper that finds a pid
    /// nobody knows asks this and looks again.
    /// </summary>
    public static void AwaitClones() => LaunchesUnderWay.AwaitPresent();

    /// <summary>
    /// Makes a child that a helper has made known to its owner; false when none has. Asked by a reaper that finds a pid
    /// nobody knows: what the child of a launch is called is known before it can die.
    /// </summary>
    public static bool Adopt(int pid) => HandOvers.Adopt(pid);

    /// <summary>Ends the threads. Children that still wait at a rendezvous die with the spawner.</summary>
    public void Dispose()
    {
        _spawner.Dispose();
        lock (_guestLock)
        {
            _guest?.Dispose();
        }

        _watcher.Dispose();
        _environment.Dispose();
    }

    private LaunchedProcess Start(
        LaunchStart start, PlanRuns runs, bool isLed, Action<LaunchedProcess>? give)
    {
        var thread = start.PidNamespaceOf is null ? _spawner : Guest();
        var process = new LaunchedProcess(start, runs, isLed, thread.PlanAddress, _environment);
        try
        {
            give?.Invoke(process);
            _watcher.Add(process);
            thread.Launch(process);
        }
        catch
        {
            _watcher.Remove(process);
            process.Abandon();
            throw;
        }

        return process;
    }

    private LaunchThread Guest()
    {
        lock (_guestLock)
        {
            return _guest ??= new LaunchThread("exec spawner", _environment);
        }
    }

    // .NET ignores SIGPIPE, and whoever started the process may have left more ignored (nohup: SIGHUP).
    private static ulong ReadIgnoredSignals()
    {
        const ulong brokenPipe = 1UL << 12;
        const string key = "SigIgn:";
        var status = Files.ReadText("/proc/self/status");
        var start = status.IndexOf(key, StringComparison.Ordinal);
        var mask = start < 0
            ? 0
            : ulong.Parse(
                status.AsSpan(start + key.Length, 17).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return mask | brokenPipe;
    }
}
