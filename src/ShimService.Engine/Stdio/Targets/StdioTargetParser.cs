using System.Globalization;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Stdio.Targets;

/// <summary>
/// Reads the URI forms of <see cref="Tasks.Ports.StdioRequest"/>. Pure. Errors: InvalidArgument with the field.
/// Source: containerd cmd/containerd-shim-runc-v2/process/io.go (schemes; paths of fifo and file are
/// percent-decoded and end at a query); log:// is our own and takes its path literally.
/// </summary>
internal static class StdioTargetParser
{
    public static StdioTarget Parse(StdioField field, string uri)
    {
        if (uri.Length == 0)
        {
            return StdioTarget.Null;
        }

        if (uri.Contains('\0'))
        {
            throw Invalid(field, uri.Replace('\0', '?'), "holds a NUL byte");
        }

        if (uri[0] == '/')
        {
            return OnPath(field, StdioTargetKind.Path, uri, uri);
        }

        if (uri.StartsWith("peerfd:", StringComparison.Ordinal))
        {
            return ParsePeer(field, uri);
        }

        return uri == "attach:" ? ParseAttach(field, uri) : ParseScheme(field, uri);
    }

    private static StdioTarget ParseScheme(StdioField field, string uri)
    {
        var colon = uri.IndexOf("://", StringComparison.Ordinal);
        if (colon < 0)
        {
            throw Invalid(field, uri, "is neither an absolute path nor a known form");
        }

        var rest = uri[(colon + 3)..];
        switch (uri[..colon])
        {
            case "fifo":
                return OnPath(field, StdioTargetKind.Path, uri, Decode(rest));
            case "file" when field != StdioField.Stdin:
                return OnPath(field, StdioTargetKind.File, uri, Decode(rest));
            case "log" when field != StdioField.Stdin:
                return OnPath(field, StdioTargetKind.Log, uri, rest);
            case "binary" when field != StdioField.Stdin:
                return OnCommand(field, StdioTargetKind.Logger, uri, rest);
            case "binary-v2" when field != StdioField.Stdin:
                return OnCommand(field, StdioTargetKind.ReportingLogger, uri, rest);
            case "file" or "log" or "binary" or "binary-v2":
                throw Invalid(field, uri, "is for output only");
            default:
                throw Invalid(field, uri, "has an unknown scheme");
        }
    }

    private static StdioTarget ParsePeer(StdioField field, string uri)
    {
        var digits = uri.AsSpan("peerfd:".Length);
        if (digits.Length is 0 or > 9
            || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw Invalid(field, uri, "does not end in a descriptor number");
        }

        return new StdioTarget(StdioTargetKind.Peer, "", number);
    }

    private static StdioTarget ParseAttach(StdioField field, string uri) => field == StdioField.Stdin
        ? StdioTarget.Attach
        : throw Invalid(field, uri, "is for stdin only; output goes to log:// to be attachable");

    private static StdioTarget OnPath(StdioField field, StdioTargetKind kind, string uri, string path)
    {
        if (path.Length == 0 || path[0] != '/')
        {
            throw Invalid(field, uri, "does not hold an absolute path");
        }

        return path.Contains('\0') ? throw Invalid(field, uri, "holds a NUL byte") : new StdioTarget(kind, path, -1);
    }

    private static StdioTarget OnCommand(StdioField field, StdioTargetKind kind, string uri, string rest) =>
        rest.Contains("%00", StringComparison.Ordinal)
            ? throw Invalid(field, uri, "holds a NUL byte")
            : OnPath(field, kind, uri, rest);

    private static string Decode(string rest)
    {
        var end = rest.AsSpan().IndexOfAny('?', '#');
        return Uri.UnescapeDataString(end < 0 ? rest : rest[..end]);
    }

    private static TaskException Invalid(StdioField field, string uri, string problem) => new(
        ErrorKind.InvalidArgument,
        ErrorReason.InvalidArgument,
        $"{Name(field)} \"{uri}\" {problem}; it takes a fifo path, file:///path, log:///path, binary:///path "
        + "(stdout only), peerfd:N, attach: (stdin only), or nothing")
    {
        Field = Name(field),
    };

    private static string Name(StdioField field) => field switch
    {
        StdioField.Stdin => "stdin",
        StdioField.Stdout => "stdout",
        StdioField.Stderr => "stderr",
        _ => throw new ArgumentOutOfRangeException(nameof(field)),
    };
}
