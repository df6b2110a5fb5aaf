using System.CommandLine;

namespace ShimService.Cli.Direct.Verbs;

/// <summary>A verb of runc's that is not there: whatever is typed behind it, it says so by name.</summary>
internal static class RefusedVerb
{
    public static Command Create(string name)
    {
        var rest = new Argument<string[]>("words") { Arity = ArgumentArity.ZeroOrMore };
        Command command = DirectVerb.Create(
            name,
            "not there: this runtime takes no checkpoints",
            [rest],
            (_, _, _) => throw new CliException(
                $"{name} is not supported: this runtime takes no checkpoints and restores none", ExitStatus.RuncStyle));
        command.TreatUnmatchedTokensAsErrors = false;
        return command;
    }
}
