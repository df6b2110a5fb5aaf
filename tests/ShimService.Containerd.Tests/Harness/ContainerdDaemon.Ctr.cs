using System.Diagnostics;

namespace ShimService.Containerd.Tests.Harness;

/// <summary>ctr as an operator types it; a tool of containerd that knows nothing of us.</summary>
internal sealed partial class ContainerdDaemon
{
    public Task<Command> CtrAsync(params string[] arguments) => Command.RunAsync(Ctr, Prefixed(arguments));

    /// <summary>ctr with its three streams in the caller's hands.</summary>
    public Process CtrStart(params string[] arguments) => Command.Start(Ctr, Prefixed(arguments));

    /// <summary>The arguments of `ctr run`, up to and with the id; options come before the image.</summary>
    public static string[] RunWords(string id, string[] options, params string[] program) =>
        ["run", "--runtime", Runtime, .. options, Image, id, .. program];

    /// <summary>`ctr run --rm`: runs to the end and takes everything away again.</summary>
    public Task<Command> RunAsync(string[] options, params string[] program) =>
        CtrAsync(RunWords(NewId("run"), ["--rm", .. options], program));

    /// <summary>`ctr run -d`.</summary>
    /// <returns>The id.</returns>
    public async Task<string> RunDetachedAsync(string[] options, params string[] program)
    {
        string id = NewId("task");
        (await CtrAsync(RunWords(id, ["-d", .. options], program))).Expect();
        return id;
    }

    public Task<Command> ExecAsync(string id, params string[] program) =>
        CtrAsync(["task", "exec", "--exec-id", NewId("exec"), id, .. program]);

    /// <summary>State and pid of the task as `ctr task ls` tells them; "" when containerd has no such task.</summary>
    public async Task<(string State, int Pid)> TaskAsync(string id)
    {
        Command list = (await CtrAsync("task", "ls")).Expect();
        foreach (string line in list.Output.Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 3 && words[0] == id)
            {
                return (words[2], int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return ("", 0);
    }

    public Task BecomesAsync(string id, string state) =>
        Eventually.BecomesAsync(state, async () => (await TaskAsync(id)).State, $"task {id}");

    /// <summary>Kills the task, waits for its end, and removes it and its container.</summary>
    public async Task RemoveAsync(string id)
    {
        if ((await TaskAsync(id)).State is not "STOPPED" and not "")
        {
            (await CtrAsync("task", "kill", "-s", "SIGKILL", id)).Expect();
            await BecomesAsync(id, "STOPPED");
        }

        if ((await TaskAsync(id)).State.Length > 0)
        {
            // The status it answers is the task's own.
            await CtrAsync("task", "rm", id);
        }

        (await CtrAsync("container", "rm", id)).Expect();
    }

    private string[] Prefixed(string[] arguments) => ["--address", Socket, "--namespace", Namespace, .. arguments];
}
