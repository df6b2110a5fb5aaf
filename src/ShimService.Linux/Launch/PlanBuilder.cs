using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Native;

namespace ShimService.Linux.Launch;

/// <summary>
/// Writes down what a child does between clone3 and execve: system calls in order, without branches. Pure: touches
/// nothing. What depends on the host is looked up by the caller; what depends on an earlier operation takes its
/// <see cref="PlanResult"/>. Not thread-safe; one builder, one plan.
/// </summary>
public sealed class PlanBuilder
{
    private readonly List<PlanOperation> _operations = new(96);
    private readonly List<string> _descriptors = [];
    private readonly List<PlanRendezvous> _rendezvous = [];
    private bool _executes;
    private bool _handedOver;

    /// <summary>Appends a call. <paramref name="arguments"/>: at most six; missing ones are 0.</summary>
    public PlanResult Call(string step, string clause, SystemCall call, params ReadOnlySpan<PlanArgument> arguments)
    {
        if (arguments.Length > 6)
        {
            throw new ArgumentException("a system call takes at most six arguments", nameof(arguments));
        }

        foreach (var argument in arguments)
        {
            if (argument.Kind == PlanArgumentKind.Result && argument.Value >= _operations.Count)
            {
                throw new ArgumentException("the result belongs to another plan", nameof(arguments));
            }

            if (_handedOver && (argument.Kind is PlanArgumentKind.Result or PlanArgumentKind.AnyResult
                || (argument.Kind == PlanArgumentKind.Descriptor && argument.Value is < 0 or > 2)))
            {
                throw new ArgumentException("the helper's descriptors end with it", nameof(arguments));
            }
        }

        if (_executes && call is not (SystemCall.Execve or SystemCall.Execveat))
        {
            throw new InvalidOperationException("nothing runs after the plan's execve");
        }

        _operations.Add(new PlanOperation(step, clause, call, arguments.ToArray()));
        return new PlanResult(this, _operations.Count - 1);
    }

    /// <summary>A descriptor the launcher is given under this name; 3 for the first, 4 for the next, …</summary>
    public PlanDescriptor Descriptor(string name)
    {
        if (_descriptors.Contains(name))
        {
            throw new ArgumentException($"the plan already has a descriptor \"{name}\"", nameof(name));
        }

        _descriptors.Add(name);
        return new PlanDescriptor(2 + _descriptors.Count);
    }

    /// <summary>
    /// Tells the launcher that the child is here, and waits until it is let go on. Meanwhile the child dies with the
    /// thread that launched it (armed anew each time: a change of credentials disarms it, man 2 prctl).
    /// </summary>
    public void Rendezvous(string name)
    {
        Call($"tie the parked process to the shim before {name}", "launch", SystemCall.Prctl,
            ProcessControl.SetParentDeathSignal, 9);
        Stop(name);
    }

    /// <summary>
    /// A rendezvous of a write and a read and nothing else, for a process that may call little: it is not tied to the
    /// shim, but the read ends with the shim, and the process with it.
    /// </summary>
    public void Stop(string name)
    {
        const string clause = "launch";
        if (_rendezvous.Count == byte.MaxValue || _handedOver)
        {
            throw new InvalidOperationException("a plan has at most 255 rendezvous, all before it is handed over");
        }

        var sync = PlanArgument.FromDescriptor(PlanDescriptors.Sync);
        Call($"report {name}", clause, SystemCall.Write, sync, new[] { (byte)_rendezvous.Count }, 1).AtLeast(1);
        var wait = Call($"wait at {name}", clause, SystemCall.Read, sync, PlanArgument.Scratch(1), 1).AtLeast(1);
        _rendezvous.Add(new PlanRendezvous(name, wait.Operation));
    }

    /// <summary>A rendezvous after which the process no longer dies with the shim: the gate that Start opens.</summary>
    public void Gate(string name)
    {
        Rendezvous(name);
        Call($"untie the process from the shim after {name}", "launch", SystemCall.Prctl,
            ProcessControl.SetParentDeathSignal, 0);
    }

    /// <summary>
    /// Fails with ENOENT here, and not only after the gate, when none of the candidates can be executed by the
    /// process's present credentials; EACCES when there is only one and it may not.
    /// </summary>
    public void CheckExecutable(string step, string clause, IReadOnlyList<string> candidates)
    {
        const long workingDirectory = -100, execute = 1;
        if (candidates.Count == 1)
        {
            Call(step, clause, SystemCall.Faccessat2, workingDirectory, candidates[0], execute,
                PathFlags.EffectiveAccess);
            return;
        }

        // Each success stores 0, an open descriptor, where the last call takes its descriptor; none leaves -1.
        var found = new List<int>(candidates.Count);
        foreach (var candidate in candidates)
        {
            found.Add(Call(step, clause, SystemCall.Faccessat2, workingDirectory, candidate, execute,
                    PathFlags.EffectiveAccess)
                .Tolerate(Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES, Errno.ELOOP, Errno.ENAMETOOLONG).Operation);
        }

        const long getDescriptorFlags = 1;
        var any = Call(step, clause, SystemCall.Fcntl, PlanArgument.FromAny(found), getDescriptorFlags);
        _operations[any.Operation].NoneFound = Errno.ENOENT;
        if (candidates.Count > 0)
        {
            any.On(candidates[^1][(candidates[^1].LastIndexOf('/') + 1)..]);
        }
    }

    /// <summary>
    /// What is before this runs in a helper, what is after it in a child of the helper's own making, which becomes the
    /// launcher's: born with the namespaces, credentials and limits the helper has by now and with its three streams,
    /// and what the caller wants it to have, so that nobody who can take hold of it from its birth gets anything it
    /// would not have anyway. The helper waits, as after vfork, until the child has executed or died, and its own end
    /// tells the launcher.
    /// </summary>
    /// <param name="step">What a refused clone is named by.</param>
    /// <param name="clause">The clause that asks for it.</param>
    /// <param name="last">The helper's last steps, without a descriptor and with signals unblocked.</param>
    /// <param name="preserved">How many descriptors after the three streams the child has as well.</param>
    public void HandOver(string step, string clause, Action<PlanBuilder>? last = null, int preserved = 0)
    {
        if (_handedOver)
        {
            throw new InvalidOperationException("a plan is handed over once");
        }

        Call("close the helper's descriptors", "launch", SystemCall.CloseRange, 3 + preserved, uint.MaxValue, 0);

        // The page with the child's pid, which the launcher trusts, is the helper's alone. The kernel rounds 1 up.
        Call("keep the pid's page from the process", "launch", SystemCall.Madvise, PlanArgument.ChildPid, 1,
            PlanArgument.Flags(NativeMappings.AdviseDontFork, FlagNames.Advice));
        UnblockSignals();
        last?.Invoke(this);
        var clone = Call(
            step, clause, SystemCall.Clone, PlanArgument.Flags(
                HandOverFlags, FlagNames.Clone), 0, PlanArgument.ChildPid);
        _operations[clone.Operation].HandsOver = true;
        _handedOver = true;
    }

    /// <summary>CLONE_PARENT, CLONE_VFORK, CLONE_PARENT_SETTID: what <see cref="HandOver"/> asks clone for.</summary>
    public const long HandOverFlags = 0x8000 | 0x4000 | 0x100000;

    /// <summary>
    /// The end of every plan: where it has not been handed over, closes all descriptors from
    /// <paramref name="firstClosed"/> on and unblocks the signals; then executes the first candidate that can be. A
    /// seccomp filter is part of <paramref name="beforeExecute"/>, which runs after the closing and the unblocking.
    /// Candidates that are relative are looked up in <paramref name="directory"/>.
    /// </summary>
    public void Execute(
        string step,
        string clause,
        IReadOnlyList<string> candidates,
        IReadOnlyList<string> args,
        IReadOnlyList<string> env,
        Action<PlanBuilder>? beforeExecute = null,
        int firstClosed = 3,
        PlanDescriptor? directory = null)
    {
        if (candidates.Count == 0)
        {
            throw new ArgumentException("no path to execute", nameof(candidates));
        }

        if (!_handedOver)
        {
            CloseAllFrom(firstClosed);
            UnblockSignals();
        }

        beforeExecute?.Invoke(this);
        var argv = PlanArgument.FromTexts(args);
        var envp = PlanArgument.FromTexts(env);
        _executes = true;
        for (var i = 0; i < candidates.Count; i++)
        {
            var call = directory is { } within
                ? Call(step, clause, SystemCall.Execveat, within, candidates[i], argv, envp, 0)
                : Call(step, clause, SystemCall.Execve, candidates[i], argv, envp);
            if (i < candidates.Count - 1)
            {
                call.Tolerate(Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES);
            }
        }
    }

    public LaunchPlan Build()
    {
        if (!_executes)
        {
            throw new InvalidOperationException("a plan ends with Execute");
        }

        return new LaunchPlan([.. _operations], [.. _descriptors], [.. _rendezvous])
        {
            Runs = _handedOver ? PlanRuns.InTwoProcesses : PlanRuns.InOneProcess,
        };
    }

    internal PlanOperation Operation(int index) => _operations[index];

    private void UnblockSignals()
    {
        const long setMask = 2, maskSize = 8;
        Call("unblock signals", "launch", SystemCall.RtSigprocmask, setMask, new byte[8], 0, maskSize);
    }

    // Close-on-exec does nothing for a process that never executes, so everything is closed outright: everything but
    // the sync socket, which reports execve itself. It is close-on-exec, so its end-of-file is the moment execve
    // succeeded or the process died.
    private void CloseAllFrom(int first)
    {
        const string step = "close every other descriptor";
        Call(step, "launch", SystemCall.CloseRange, first, PlanArgument.FromDescriptor(PlanDescriptors.BeforeSync), 0)
            .Tolerate(Errno.EINVAL);
        Call(step, "launch", SystemCall.CloseRange, PlanArgument.FromDescriptor(PlanDescriptors.AfterSync),
            uint.MaxValue, 0);
    }
}
