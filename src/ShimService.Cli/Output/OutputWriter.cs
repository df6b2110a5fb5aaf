using System.Text;
using Google.Protobuf;
using ShimService.Cli.Descriptors;

namespace ShimService.Cli.Output;

/// <summary>
/// Our standard output or error: text lines, JSON lines, or a container's bytes as they are. Nothing is buffered.
/// Blocks while nobody reads.
/// </summary>
internal sealed class OutputWriter(int descriptor, bool json)
{
    // Made on first use: it loads descriptors of messages.
    private static JsonFormatter? _formatter;

    /// <summary>--json: one JSON value a line, names and values as proto3 JSON spells them.</summary>
    public bool Json { get; } = json;

    public static OutputWriter Error { get; } = new(2, json: false);

    public void Line(string text) => Text(text + "\n");

    public void Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

    public void Message(IMessage message)
    {
        _formatter ??= new JsonFormatter(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));
        Line(_formatter.Format(message));
    }

    public void Bytes(ReadOnlySpan<byte> bytes) => Descriptor.Write(descriptor, bytes);
}
