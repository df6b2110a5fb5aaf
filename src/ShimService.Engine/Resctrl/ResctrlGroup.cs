using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Cgroups;
using ShimService.Linux.Errors;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Resctrl;

/// <summary>
/// A container's class of service in the resctrl file system. Its processes join it themselves, as they join cgroups of
/// v1. Errors: <see cref="TaskException"/> with the field.
/// </summary>
internal sealed class ResctrlGroup
{
    /// <summary>Where it is mounted, if it is.</summary>
    public const string MountPoint = "/sys/fs/resctrl";

    private readonly ResctrlPlan _plan;
    private readonly string _group;
    private readonly string _monitor;

    private readonly Action<string, ResctrlStep>? _sees;

    private ResctrlGroup(string root, ResctrlPlan plan, Action<string, ResctrlStep>? sees)
    {
        _sees = sees;
        _plan = plan;
        _group = Path.Join(root, plan.Group);
        _monitor = plan.Monitor.Length > 0 ? Path.Join(_group, "mon_groups", plan.Monitor) : "";
    }

    /// <summary>The names under which its tasks files are joined.</summary>
    public IReadOnlyList<string> TasksFiles => _monitor.Length > 0 ? ["resctrl", "resctrl monitoring"] : ["resctrl"];

    /// <summary>Looks at what is there, and changes nothing.</summary>
    public static ResctrlGroup Plan(
        LinuxIntelRdt rdt, string id, string root, Action<string, ResctrlStep>? sees = null)
    {
        if (!File.Exists(Path.Join(root, "schemata")))
        {
            throw new TaskException(ErrorKind.FailedPrecondition, ErrorReason.HostLacks,
                $"linux.intelRdt: there is no resctrl file system at {root}: mount it (mount -t resctrl resctrl {root}), which "
                + "takes a processor and a kernel with it, or leave linux.intelRdt out")
            {
                Field = "linux.intelRdt",
            };
        }

        return new ResctrlGroup(root, ResctrlPlan.Make(rdt, id, group =>
        {
            var file = Path.Join(root, group, "schemata");
            return File.Exists(file) ? Files.ReadText(file) : null;
        }), sees);
    }

    /// <summary>Makes what is to be made.</summary>
    public void Create()
    {
        if (_plan.Makes)
        {
            Make(_group, "closID");
        }

        foreach (var line in _plan.Lines)
        {
            Write(line);
        }

        if (_monitor.Length > 0)
        {
            Make(_monitor, "enableMonitoring");
        }
    }

    /// <summary>The same join with the tasks files of this; the other one must not be disposed any more.</summary>
    public CgroupJoin Extend(CgroupJoin join)
    {
        List<CgroupTasksFile> files = [.. join.TasksFiles];
        try
        {
            files.Add(new CgroupTasksFile("resctrl", Files.Open($"{_group}/tasks", OpenFlags.WriteOnly)));
            if (_monitor.Length > 0)
            {
                files.Add(
                    new CgroupTasksFile("resctrl monitoring", Files.Open($"{_monitor}/tasks", OpenFlags.WriteOnly)));
            }
        }
        catch
        {
            new CgroupJoin(files, join.CloneInto).Dispose();
            throw;
        }

        return new CgroupJoin(files, join.CloneInto);
    }

    /// <summary>
    /// Removes what was made for this container alone. Whoever is left in it falls back to the default class.
    /// </summary>
    public void Remove()
    {
        Remove(_monitor);
        Remove(_plan.Removes ? _group : "");
    }

    private void Remove(string directory)
    {
        if (directory.Length > 0 && Directory.Exists(directory))
        {
            _sees?.Invoke(directory, ResctrlStep.Removing);
            Directory.Delete(directory);
        }
    }

    private void Make(string directory, string field)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw Refused(field, $"{directory} cannot be made: {refused.Message}; the classes of service the processor has "
                + "may all be taken", refused);
        }

        _sees?.Invoke(directory, ResctrlStep.Made);
    }

    private void Write(string line)
    {
        try
        {
            Files.Write(Path.Join(_group, "schemata"), line + "\n");
        }
        catch (KernelException refused)
        {
            throw Refused("schemata", $"\"{line}\" is not taken: {refused.Message}; /sys/fs/resctrl/info tells what the "
                + "processor has, and last_cmd_status there why", refused);
        }
    }

    private static TaskException Refused(string field, string why, Exception inner) =>
        new(ErrorKind.FailedPrecondition, ErrorReason.HostLacks, $"linux.intelRdt.{field}: {why}", inner)
        {
            Field = $"linux.intelRdt.{field}",
        };
}
