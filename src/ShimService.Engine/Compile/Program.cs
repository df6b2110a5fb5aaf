using ShimService.Linux.Launch;
using ShimService.Oci;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile;

/// <summary>
/// args and env as execve gets them, and the paths at which the program may be: args[0] with a slash as it is, else in
/// each directory of the process's own PATH, as execvp(3) does.
/// </summary>
internal sealed class Program
{
    // What execvp(3) uses without PATH.
    private const string DefaultPath = "/bin:/usr/bin";

    private readonly IReadOnlyList<string> _args;
    private readonly List<string> _env;
    private readonly List<string> _candidates;

    /// <param name="process">Validated.</param>
    /// <param name="home">HOME where env has none; null = "/".</param>
    internal Program(ProcessSpec process, string? home)
    {
        _args = process.Args;
        _env = Environment(process.Env, home ?? "/", out var path);
        _candidates = Candidates(process.Args[0], path);
    }

    private Program(string path, IReadOnlyList<string> args, List<string> env)
    {
        _args = args;
        _env = env;
        _candidates = [path];
    }

    /// <summary>A hook: its path as it is, and its own environment, or this one where it has none.</summary>
    internal static Program Of(HookSpec hook, List<string> env) => new(
        hook.Path, hook.Args.Count > 0 ? hook.Args : [hook.Path], hook.Env is { } own ? [.. own] : env);

    /// <summary>The same with a hook in place of the program.</summary>
    internal Program With(HookSpec hook) => Of(hook, _env);

    /// <summary>A program that is not there is an error of Create, before the gate.</summary>
    internal void AppendCheck(PlanBuilder plan) =>
        plan.CheckExecutable("find the program", Clauses.Process, _candidates);

    /// <param name="plan">Ends with it.</param>
    /// <param name="before">The last step before it; null = none.</param>
    /// <param name="preserved">How many descriptors after the three streams it has as well.</param>
    internal void AppendExecute(PlanBuilder plan, Action<PlanBuilder>? before, int preserved = 0) =>
        plan.Execute("execute the program", Clauses.Process, _candidates, _args, _env, before, 3 + preserved);

    // Of a name given twice the last value counts, at the place of the first.
    private static List<string> Environment(IReadOnlyList<string> given, string home, out string path)
    {
        var env = new List<string>(given.Count + 1);
        var places = new Dictionary<string, int>(given.Count, StringComparer.Ordinal);
        path = DefaultPath;
        foreach (var entry in given)
        {
            var equals = entry.IndexOf('=', StringComparison.Ordinal);
            var name = entry[..equals];
            if (name == "PATH")
            {
                path = entry[(equals + 1)..];
            }

            if (places.TryGetValue(name, out var place))
            {
                env[place] = entry;
            }
            else
            {
                places.Add(name, env.Count);
                env.Add(entry);
            }
        }

        if (!places.TryGetValue("HOME", out var at))
        {
            env.Add($"HOME={home}");
        }
        else if (env[at].Length == "HOME=".Length)
        {
            env[at] = $"HOME={home}";
        }

        return env;
    }

    private static List<string> Candidates(string program, string path)
    {
        if (program.Contains('/'))
        {
            return [program];
        }

        // An empty element would mean the working directory, which an image should not be able to slip in.
        var list = new List<string>();
        foreach (var directory in path.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            list.Add(directory.EndsWith('/') ? directory + program : $"{directory}/{program}");
        }

        return list.Count > 0
            ? list
            : throw new SpecException("process.env", "PATH is empty: give args[0] as a path");
    }
}
