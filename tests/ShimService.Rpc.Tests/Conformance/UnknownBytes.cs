using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace ShimService.Rpc.Tests.Conformance;

/// <summary>A message whose bytes are whatever the test says.</summary>
internal sealed class UnknownBytes(byte[] bytes) : IMessage<UnknownBytes>, IBufferMessage
{
    public MessageDescriptor Descriptor => EchoRequest.Descriptor;

    public int CalculateSize() => bytes.Length;

    public void WriteTo(CodedOutputStream output)
    {
        foreach (byte one in bytes)
        {
            output.WriteRawTag(one);
        }
    }

    public void InternalWriteTo(ref WriteContext ctx)
    {
        foreach (byte one in bytes)
        {
            ctx.WriteRawTag(one);
        }
    }

    public void InternalMergeFrom(ref ParseContext ctx) => throw new NotSupportedException();

    public void MergeFrom(UnknownBytes message) => throw new NotSupportedException();

    public void MergeFrom(CodedInputStream input) => throw new NotSupportedException();

    public bool Equals(UnknownBytes? other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => Equals(obj as UnknownBytes);

    public override int GetHashCode() => bytes.Length;

    public UnknownBytes Clone() => this;
}
