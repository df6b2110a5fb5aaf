using System.CommandLine;
using ShimService.Cli.Arguments;
using ShimService.Cli.Direct.Verbs;

namespace ShimService.Cli.Direct;

/// <summary>
/// shimctl as a suite or an engine drives runc: bundles, a shim per container, no daemon. A command tree of its own:
/// the same verbs take other options here.
/// </summary>
internal static class DirectProgram
{
    /// <summary>The state directory; set once, before a verb runs.</summary>
    public static string Root { get; private set; } = "";

    public static async Task<int> RunAsync(string[] words, string root)
    {
        Root = root;
        bool version = CommandWords.FirstPlainWord(DirectOptions.All, words, 0) < 0
            && words.Any(word => word is "-v" or "--version");
        return await CommandRunner.RunAsync(
            Tree(), version ? ["version"] : words, ["exec", "ps"], ExitStatus.OfRuncStyle);
    }

    private static RootCommand Tree()
    {
        var tree = new RootCommand("shimctl --root: containers of OCI bundles, without a daemon, by runc's verbs.");
        foreach (Option option in DirectOptions.All)
        {
            tree.Options.Add(option);
        }

        tree.Add(CreateVerb.Create());
        tree.Add(RunVerb.Create());
        tree.Add(StartVerb.Create());
        tree.Add(StateVerb.Create());
        tree.Add(KillVerb.Create());
        tree.Add(DeleteVerb.Create());
        tree.Add(ExecVerb.Create());
        tree.Add(ListVerb.Create());
        tree.Add(PsVerb.Create());
        tree.Add(PauseVerb.Create());
        tree.Add(ResumeVerb.Create());
        tree.Add(UpdateVerb.Create());
        tree.Add(EventsVerb.Create());
        tree.Add(SpecVerb.Create());
        tree.Add(FeaturesVerb.Create());
        tree.Add(VersionVerb.Create());
        foreach (string verb in (string[])["checkpoint", "restore"])
        {
            tree.Add(RefusedVerb.Create(verb));
        }

        return tree;
    }
}
