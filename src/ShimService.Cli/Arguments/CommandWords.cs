using System.CommandLine;

namespace ShimService.Cli.Arguments;

/// <summary>
/// Verbs that take a program's command line stop reading options at their first plain word, as Docker and runc do:
/// in `run --rootfs R ls -l` the -l belongs to ls. System.CommandLine does so only after "--", so it is put there.
/// Pure.
/// </summary>
internal static class CommandWords
{
    /// <param name="programs">The verbs that do.</param>
    public static string[] Separate(RootCommand root, string[] words, string[] programs)
    {
        int verb = FirstPlainWord(root.Options, words, 0);
        if (verb < 0 || !programs.Contains(words[verb]))
        {
            return words;
        }

        Command command = root.Subcommands.First(child => child.Name == words[verb]);
        Option[] options = [.. command.Options, .. root.Options];
        int first = FirstPlainWord(options, words, verb + 1);
        int end = first < 0 ? EndOfOptions(words) : first;
        RefuseUnknown(command.Name, options, words.AsSpan(verb + 1, end - verb - 1));
        return first < 0 ? words : [.. words[..first], "--", .. words[first..]];
    }

    /// <returns>Index of the first word that is no option and no option's value; -1 = none, or "--" comes
    /// first.</returns>
    public static int FirstPlainWord(IEnumerable<Option> options, string[] words, int from)
    {
        for (int i = from; i < words.Length; i++)
        {
            string word = words[i];
            if (word == "--")
            {
                return -1;
            }

            if (word.Length < 2 || word[0] != '-')
            {
                return i;
            }

            if (TakesNextWord(options, word))
            {
                i++;
            }
        }

        return -1;
    }

    /// <summary>Else the library takes a mistyped option for the program to run.</summary>
    private static void RefuseUnknown(string verb, Option[] options, ReadOnlySpan<string> words)
    {
        for (int i = 0; i < words.Length; i++)
        {
            string word = words[i];
            string name = word.StartsWith("--", StringComparison.Ordinal) ? word.Split('=')[0] : word[..2];
            if (!options.Any(o => o.Name == name || o.Aliases.Contains(name)))
            {
                throw new CliException($"{verb}: there is no option {name}; the program's own come after its name");
            }

            if (TakesNextWord(options, word))
            {
                i++;
            }
        }
    }

    private static int EndOfOptions(string[] words)
    {
        int end = Array.IndexOf(words, "--");
        return end < 0 ? words.Length : end;
    }

    private static bool TakesNextWord(IEnumerable<Option> options, string word)
    {
        if (word.Contains('='))
        {
            return false;
        }

        // "-it" is -i and -t; the last letter decides.
        string name = word.StartsWith("--", StringComparison.Ordinal) ? word : "-" + word[^1];
        Option? option = options.FirstOrDefault(o => o.Name == name || o.Aliases.Contains(name));
        return option is { Arity.MinimumNumberOfValues: > 0 };
    }
}
