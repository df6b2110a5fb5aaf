using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace ShimService.Shim.Info;

/// <summary>
/// The -info flag: containerd.types.RuntimeInfo { 1 name, 2 version { 1 version }, 3 options, 4 features }, written by
/// hand. No annotation allows mount types: containerd's mount manager does them for us.
/// Source: containerd 2.0 api/types/introspection.proto.
/// </summary>
internal static class InfoCommand
{
    public const string RuntimeName = "io.containerd.shimservice.v2";
    private const string FeaturesType = "types.containerd.io/opencontainers/runtime-spec/1/features/Features";

    /// <param name="stdin">Nothing, or the Any with runtime options, which the answer repeats.</param>
    public static byte[] Run(byte[] stdin) => Message(output =>
    {
        output.WriteTag(1, WireFormat.WireType.LengthDelimited);
        output.WriteString(RuntimeName);
        Nested(output, 2, Message(version =>
        {
            version.WriteTag(1, WireFormat.WireType.LengthDelimited);
            version.WriteString(ShimVersion.Text);
        }));
        if (stdin.Length > 0)
        {
            Nested(output, 3, stdin);
        }

        var features = new Any { TypeUrl = FeaturesType, Value = ByteString.CopyFrom(RuntimeFeatures.Format()) };
        Nested(output, 4, features.ToByteArray());
    });

    private static void Nested(CodedOutputStream output, int field, byte[] message)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(message));
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
        {
            write(output);
        }

        return buffer.ToArray();
    }
}
