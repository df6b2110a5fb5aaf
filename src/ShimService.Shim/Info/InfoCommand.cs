using Google.Protobuf;

namespace ShimService.Shim.Info;

/// <summary>
/// The -info flag: containerd.types.RuntimeInfo { 1 name, 2 version { 1 version, 2 revision } }, written by hand.
/// Source: containerd 2.0 api/types/introspection.proto.
/// </summary>
internal static class InfoCommand
{
    public const string RuntimeName = "io.containerd.shimservice.v2";

    public static byte[] Run()
    {
        var version = Message(output =>
        {
            output.WriteTag(1, WireFormat.WireType.LengthDelimited);
            output.WriteString(ShimVersion.Text);
        });
        return Message(output =>
        {
            output.WriteTag(1, WireFormat.WireType.LengthDelimited);
            output.WriteString(RuntimeName);
            output.WriteTag(2, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(version));
        });
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
