using Google.Protobuf;

namespace ShimService.Shim.Start;

/// <summary>
/// What containerd 2.3 and newer put on stdin: containerd.runtime.bootstrap.v1.BootstrapParams. Older ones send an
/// Any with runtime options, or nothing; its first fields have the same wire types, so ids decide which one it is.
/// </summary>
internal sealed record BootstrapParams(string InstanceId, string Namespace, string SocketDirectory)
{
    private const int InstanceIdField = 1;
    private const int NamespaceField = 2;
    private const int SocketDirectoryField = 9;

    /// <summary>Null when stdin is the older dialect.</summary>
    public static BootstrapParams? Parse(byte[] stdin, string id, string containerdNamespace)
    {
        string instance = "", space = "", directory = "";
        try
        {
            var input = new CodedInputStream(stdin);
            while (input.ReadTag() is not 0 and var tag)
            {
                switch (WireFormat.GetTagFieldNumber(tag))
                {
                    case InstanceIdField when WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited:
                        instance = input.ReadString();
                        break;
                    case NamespaceField when WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited:
                        space = input.ReadString();
                        break;
                    case SocketDirectoryField when WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited:
                        directory = input.ReadString();
                        break;
                    default:
                        input.SkipLastField();
                        break;
                }
            }
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }

        return instance.Length > 0 && instance == id && space == containerdNamespace
            ? new BootstrapParams(instance, space, directory)
            : null;
    }
}
