using ShimService.Linux.Abi;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Compile.Mounts;

/// <summary>
/// A new instance of a file system: fsopen, its parameters, fsmount. Source: man 2 fsopen, Linux ≥ 5.2.
/// </summary>
internal readonly struct FreshMount
{
    private readonly PlanBuilder _plan;
    private readonly string _step;
    private readonly string _clause;
    private readonly string _type;
    private readonly PlanResult _context;

    internal FreshMount(PlanBuilder plan, string step, string clause, string type)
    {
        _plan = plan;
        _step = step;
        _clause = clause;
        _type = type;
        _context = plan.Call(step, clause, SystemCall.Fsopen, type, KernelValues.FilesystemCloseOnExec);
    }

    internal void Set(string key, string value) => _plan.Call(_step, _clause, SystemCall.Fsconfig, _context,
        FsconfigCommand.SetString, key, value, 0).On($"{_type} option {key}={value}");

    /// <summary>linux.mountLabel, for what has no labels of its own to keep; empty = none.</summary>
    internal void SetLabel(string label)
    {
        if (label.Length > 0)
        {
            Set("context", label);
        }
    }

    internal void SetFlag(string key) => _plan.Call(_step, _clause, SystemCall.Fsconfig, _context,
        FsconfigCommand.SetFlag, key, 0, 0).On($"{_type} option {key}");

    /// <summary>Answers the mount, not attached anywhere yet.</summary>
    internal PlanResult Create(MountAttributes attributes)
    {
        _plan.Call(_step, _clause, SystemCall.Fsconfig, _context, FsconfigCommand.Create, 0, 0, 0).On(_type);
        return _plan.Call(_step, _clause, SystemCall.Fsmount, _context, KernelValues.FilesystemCloseOnExec, attributes)
            .On(_type);
    }
}
