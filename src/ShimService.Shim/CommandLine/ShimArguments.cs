namespace ShimService.Shim.CommandLine;

/// <summary>
/// How containerd calls a shim: Go's flag syntax, flags before the action word.
/// Source: containerd 1.6 to 2.1 pkg/shim/shim.go.
/// </summary>
internal sealed record ShimArguments(ShimAction Action)
{
    public string Namespace { get; init; } = "";

    public string Id { get; init; } = "";

    /// <summary>containerd's socket, or shimd's.</summary>
    public string Address { get; init; } = "";

    public string PublishBinary { get; init; } = "";

    public string Bundle { get; init; } = "";

    /// <summary>The socket to serve; empty = made up from address, namespace and group.</summary>
    public string Socket { get; init; } = "";

    public string DebugSocket { get; init; } = "";

    public bool Debug { get; init; }

    /// <summary>Errors: <see cref="UsageException"/> with the flag.</summary>
    public static ShimArguments Parse(IReadOnlyList<string> args)
    {
        var result = new ShimArguments(ShimAction.Serve);
        var index = 0;
        for (; index < args.Count && args[index].Length > 1 && args[index][0] == '-'; index++)
        {
            var word = args[index];
            if (word == "--")
            {
                index++;
                break;
            }

            var name = word.TrimStart('-');
            string? value = null;
            if (name.IndexOf('=', StringComparison.Ordinal) is > 0 and var split)
            {
                value = name[(split + 1)..];
                name = name[..split];
            }

            switch (name)
            {
                case "v" or "version":
                    result = result with { Action = ShimAction.Version };
                    break;
                case "info":
                    result = result with { Action = ShimAction.Info };
                    break;
                case "debug":
                    result = result with { Debug = value is null or "true" or "1" };
                    break;
                default:
                    value ??= ++index < args.Count
                        ? args[index]
                        : throw new UsageException($"flag needs an argument: -{name}");
                    result = Set(result, name, value);
                    break;
            }
        }

        if (result.Action is ShimAction.Version or ShimAction.Info)
        {
            return result;
        }

        var action = index < args.Count ? args[index] : "";
        result = result with
        {
            Action = action switch
            {
                "" => ShimAction.Serve,
                "start" => ShimAction.Start,
                "delete" => ShimAction.Delete,
                _ => throw new UsageException($"unknown action \"{action}\": use start, delete, or none to serve"),
            },
        };

        // A start may learn it from stdin instead.
        return result.Namespace.Length > 0 || result.Action == ShimAction.Start
            ? result
            : throw new UsageException("the namespace is missing: give it with -namespace");
    }

    private static ShimArguments Set(ShimArguments arguments, string name, string value) => name switch
    {
        "namespace" => arguments with { Namespace = value },
        "id" => arguments with { Id = value },
        "address" => arguments with { Address = value },
        "publish-binary" => arguments with { PublishBinary = value },
        "bundle" => arguments with { Bundle = value },
        "socket" => arguments with { Socket = value },
        "debug-socket" => arguments with { DebugSocket = value },
        _ => throw new UsageException($"flag provided but not defined: -{name}"),
    };
}
