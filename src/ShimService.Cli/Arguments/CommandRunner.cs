using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace ShimService.Cli.Arguments;

/// <summary>Parses words by a command tree and runs the verb, or says what is wrong with them.</summary>
internal static class CommandRunner
{
    /// <param name="programs">Verbs after whose first plain word no option of ours comes.</param>
    /// <param name="faulty">The exit status of a verb whose words are wrong.</param>
    public static async Task<int> RunAsync(
        RootCommand root, string[] words, string[] programs, Func<string, int> faulty)
    {
        ParseResult parsed;
        try
        {
            parsed = root.Parse(CommandWords.Separate(root, words, programs));
        }
        catch (CliException error)
        {
            Console.Error.WriteLine("shimctl: " + error.Message);
            return faulty("");
        }

        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction)
        {
            // Not the library's own report: it prints the whole help and exits with a container's status.
            // A mistyped verb counts as two faults there, the first of them "no verb".
            bool mistypedVerb = parsed.CommandResult.Command == root && parsed.UnmatchedTokens.Count > 0;
            foreach (ParseError error in parsed.Errors.Skip(mistypedVerb ? 1 : 0))
            {
                // Without the name of the .NET type it should have been.
                Console.Error.WriteLine("shimctl: " + error.Message.Split(" as expected type ")[0]);
            }

            Command verb = parsed.CommandResult.Command;
            Console.Error.WriteLine(verb == root ? "try: shimctl --help" : $"try: shimctl {verb.Name} --help");
            return faulty(verb.Name);
        }

        // No handler of the library's for signals and exceptions: run forwards the signals, every verb reports errors.
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            ProcessTerminationTimeout = null,
            EnableDefaultExceptionHandler = false,
        });
    }
}
