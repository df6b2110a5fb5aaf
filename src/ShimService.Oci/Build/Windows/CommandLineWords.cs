using System.Text;

namespace ShimService.Oci.Build.Windows;

/// <summary>
/// One command line out of arguments, so that a program of Windows finds them again: quoted when empty or with a blank,
/// backslashes doubled in front of a quote, quotes behind a backslash. Source: CommandLineToArgvW.
/// </summary>
public static class CommandLineWords
{
    public static string Escape(string argument)
    {
        if (argument.Length > 0 && !argument.AsSpan().ContainsAny(" \t\""))
        {
            return argument;
        }

        var isQuoted = argument.Length == 0 || argument.AsSpan().ContainsAny(" \t");
        var text = new StringBuilder(isQuoted ? "\"" : "");
        var backslashes = 0;
        foreach (var letter in argument)
        {
            if (letter == '\\')
            {
                backslashes++;
                continue;
            }

            text.Append('\\', letter == '"' ? (backslashes * 2) + 1 : backslashes).Append(letter);
            backslashes = 0;
        }

        return isQuoted
            ? text.Append('\\', backslashes * 2).Append('"').ToString()
            : text.Append('\\', backslashes).ToString();
    }
}
