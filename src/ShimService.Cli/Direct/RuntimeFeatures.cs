using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using ShimService.Cli.Output;

namespace ShimService.Cli.Direct;

/// <summary>
/// The OCI features document, which the shim answers to containerd's -info. Source: OCI runtime-spec 1.3.0 features.md;
/// containerd 2.0 api/types/introspection.proto, RuntimeInfo.
/// </summary>
internal static class RuntimeFeatures
{
    private const int FeaturesField = 4;

    public static async Task PrintAsync(OutputWriter output, CancellationToken cancel) =>
        output.Line(Indent(Read(await ShimProcess.InfoAsync(cancel))));

    /// <summary>The document in a RuntimeInfo. Pure. Errors: CliException where there is none.</summary>
    public static byte[] Read(byte[] info)
    {
        var input = new CodedInputStream(info);
        while (input.ReadTag() is not 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == FeaturesField)
            {
                return Any.Parser.ParseFrom(input.ReadBytes()).Value.ToByteArray();
            }

            input.SkipLastField();
        }

        throw new CliException($"{ShimProcess.Binary} -info tells no features", ExitStatus.RuncStyle);
    }

    private static string Indent(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            document.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
