using System.Globalization;
using System.Text;
using Google.Protobuf;

namespace ShimService.Shim.Start;

/// <summary>
/// The one thing written to stdout, in the dialect the caller understands:
/// protobuf BootstrapResult for containerd 2.3 and newer (known by their stdin), plain text for 1.6 (no
/// MAX_SHIM_VERSION), else JSON with version 2, which 1.7 to 2.2 all take, or the one an operator of 2.x has asked for.
/// Both Task services are served anyway.
/// </summary>
internal static class BootstrapAnswer
{
    public static byte[] Format(string address, bool hasParams, bool hasMaxVersion, uint version)
    {
        if (hasParams)
        {
            return Result(address);
        }

        return Encoding.UTF8.GetBytes(hasMaxVersion
            ? string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"version":{{version}},"address":"{{Escape(address)}}","protocol":"ttrpc"}""")
            : address);
    }

    /// <summary>BootstrapResult { version = 1, address = 2, protocol = 3 }.</summary>
    private static byte[] Result(string address)
    {
        var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
        {
            output.WriteTag(1, WireFormat.WireType.Varint);
            output.WriteInt32(3);
            output.WriteTag(2, WireFormat.WireType.LengthDelimited);
            output.WriteString(address);
            output.WriteTag(3, WireFormat.WireType.LengthDelimited);
            output.WriteString("ttrpc");
        }

        return buffer.ToArray();
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
