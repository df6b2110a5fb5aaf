namespace ShimService.Engine.Stdio.Loggers;

/// <summary>
/// The command line in <c>binary:///path?key=value&amp;key2</c>: the path, then each key and its value, in the order of
/// the URI (containerd's own shim shuffles them). Of a key that comes twice the first counts; a key without "=" has no
/// value. Pure. Source: containerd cmd/containerd-shim-runc-v2/process/io_util.go, NewBinaryCmd.
/// </summary>
internal sealed record LoggerCommand(string Path, IReadOnlyList<string> Args)
{
    /// <param name="rest">What follows "binary://".</param>
    public static LoggerCommand Parse(string rest)
    {
        var fragment = rest.IndexOf('#');
        var text = fragment < 0 ? rest.AsSpan() : rest.AsSpan(0, fragment);
        var question = text.IndexOf('?');
        var path = Uri.UnescapeDataString((question < 0 ? text : text[..question]).ToString());
        var args = new List<string> { path };
        if (question >= 0)
        {
            var query = text[(question + 1)..];
            var keys = new HashSet<string>();
            foreach (var range in query.Split('&'))
            {
                AddPair(query[range], keys, args);
            }
        }

        return new LoggerCommand(path, args);
    }

    private static void AddPair(ReadOnlySpan<char> pair, HashSet<string> keys, List<string> args)
    {
        if (pair.IsEmpty)
        {
            return;
        }

        var equals = pair.IndexOf('=');
        var key = Decode(equals < 0 ? pair : pair[..equals]);
        if (!keys.Add(key))
        {
            return;
        }

        args.Add(key);
        if (equals >= 0)
        {
            args.Add(Decode(pair[(equals + 1)..]));
        }
    }

    // In a query, unlike in a path, "+" is a blank.
    private static string Decode(ReadOnlySpan<char> text) => Uri.UnescapeDataString(text.ToString().Replace('+', ' '));
}
