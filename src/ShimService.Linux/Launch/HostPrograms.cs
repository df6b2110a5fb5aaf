using System.Globalization;
using ShimService.Linux.Abi;

namespace ShimService.Linux.Launch;

/// <summary>
/// Starts programs on the host with the same stub as containers: no descriptor but the given ones, default signals,
/// nothing of this process's memory. The exit is the caller's to collect (a process that ends soon leaves it to init).
/// </summary>
public static class HostPrograms
{
    private const string Clause = "host program";

    /// <summary>
    /// Completes when the program has been executed. Errors: LaunchException with the step (a missing program is
    /// ENOENT in "execve …"), KernelException when the clone is refused.
    /// </summary>
    /// <param name="launcher">Whose child it becomes.</param>
    /// <param name="program">What to run.</param>
    /// <param name="cloned">As <see cref="LaunchStart.Cloned"/>: where a reaper learns of the child.</param>
    public static async Task<LaunchedProcess> StartAsync(
        Launcher launcher, HostProgram program, Action<LaunchedProcess>? cloned = null)
    {
        var process = await launcher.LaunchAsync(Compile(program), new LaunchOptions
        {
            Stdin = program.Stdin,
            Stdout = program.Stdout,
            Stderr = program.Stderr,
            Descriptors = program.Image is { } image ? [.. program.Descriptors, image.Directory] : program.Descriptors,
            Cloned = cloned,
        });
        await process.ExecuteAsync();
        return process;
    }

    /// <summary>The plan, for its listing.</summary>
    public static LaunchPlan Compile(HostProgram program)
    {
        var builder = new PlanBuilder();
        for (var i = 0; i < program.Descriptors.Count; i++)
        {
            builder.Descriptor((i + 3).ToString(CultureInfo.InvariantCulture));
        }

        // After the given ones, which keep their numbers, and closed by execve.
        PlanDescriptor? directory = null;
        if (program.Image is not null)
        {
            const long setFlags = 2, closeOnExec = 1;
            directory = builder.Descriptor("the program's directory");
            builder.Call("close the program's directory when it is executed", Clause, SystemCall.Fcntl, directory.Value,
                setFlags, closeOnExec);
        }

        if (program.ParentDeath == ParentDeath.Die)
        {
            builder.Call("tie the program to the shim", Clause, SystemCall.Prctl,
                ProcessControl.SetParentDeathSignal, 9);
        }

        if (program.Session == HostSession.Own)
        {
            builder.Call("start a session", Clause, SystemCall.Setsid);
        }

        if (program.WorkingDirectory is { } working)
        {
            builder.Call($"enter {working}", Clause, SystemCall.Chdir, working);
        }

        builder.Execute($"execve {program.Path}", Clause, [program.Image?.Name ?? program.Path], program.Args,
            program.Env, firstClosed: 3 + program.Descriptors.Count + (
                directory is null ? 0 : 1), directory: directory);
        return builder.Build();
    }
}
