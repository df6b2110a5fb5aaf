using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace ShimService.Shim.Start;

/// <summary>
/// What containerd 2.3 and newer put on stdin: containerd.runtime.bootstrap.v1.BootstrapParams. Older ones send an
/// Any with runtime options, or nothing; its first fields have the same wire types, so ids decide which one it is.
/// Source of field numbers: containerd 2.3 api/runtime/bootstrap/v1.
/// </summary>
internal sealed record BootstrapParams(string InstanceId, string Namespace)
{
    private const int InstanceIdField = 1;
    private const int NamespaceField = 2;
    private const int LogLevelField = 3;
    private const int TtrpcAddressField = 5;
    private const int GrpcAddressField = 6;
    private const int BinaryField = 7;
    private const int ExtensionField = 8;
    private const int SocketDirectoryField = 9;
    private const int ExtensionValueField = 1;

    /// <summary>0 is information, lower is more, as Go's slog counts.</summary>
    public int LogLevel { get; init; }

    public string TtrpcAddress { get; init; } = "";

    public string GrpcAddress { get; init; } = "";

    public string ContainerdBinary { get; init; } = "";

    public string SocketDirectory { get; init; } = "";

    /// <summary>What operators configured for the runtime is among these.</summary>
    public IReadOnlyList<Any> Extensions { get; init; } = [];

    /// <summary>
    /// Null when stdin is the older dialect. Flags that are empty were not given: a containerd that stops sending them
    /// says it all here.
    /// </summary>
    public static BootstrapParams? Parse(byte[] stdin, string id, string containerdNamespace)
    {
        var read = new BootstrapParams("", "");
        var extensions = new List<Any>();
        try
        {
            var input = new CodedInputStream(stdin);
            while (input.ReadTag() is not 0 and var tag)
            {
                var field = WireFormat.GetTagFieldNumber(tag);
                var isText = WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited;
                if (field == ExtensionField && isText)
                {
                    Add(extensions, input.ReadBytes());
                }
                else if (field == LogLevelField && !isText)
                {
                    read = read with { LogLevel = input.ReadEnum() };
                }
                else if (isText && With(read, field, input) is { } next)
                {
                    read = next;
                }
                else
                {
                    input.SkipLastField();
                }
            }
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }

        var isOurs = read.InstanceId.Length > 0 && read.Namespace.Length > 0
            && (id.Length == 0 || read.InstanceId == id)
            && (containerdNamespace.Length == 0 || read.Namespace == containerdNamespace);
        return isOurs ? read with { Extensions = extensions } : null;
    }

    private static BootstrapParams? With(BootstrapParams read, int field, CodedInputStream input) => field switch
    {
        InstanceIdField => read with { InstanceId = input.ReadString() },
        NamespaceField => read with { Namespace = input.ReadString() },
        TtrpcAddressField => read with { TtrpcAddress = input.ReadString() },
        GrpcAddressField => read with { GrpcAddress = input.ReadString() },
        BinaryField => read with { ContainerdBinary = input.ReadString() },
        SocketDirectoryField => read with { SocketDirectory = input.ReadString() },
        _ => null,
    };

    private static void Add(List<Any> extensions, ByteString message)
    {
        var input = message.CreateCodedInput();
        while (input.ReadTag() is not 0 and var tag)
        {
            if (tag == WireFormat.MakeTag(ExtensionValueField, WireFormat.WireType.LengthDelimited))
            {
                extensions.Add(Any.Parser.ParseFrom(input.ReadBytes()));
            }
            else
            {
                input.SkipLastField();
            }
        }
    }
}
