namespace ShimService.Oci.Build;

/// <summary>An image that cannot be opened: who asks for a file of it hears why.</summary>
public sealed class UnreadableImage(string reason) : IImageFiles
{
    public byte[]? Read(string path) => throw new IOException(reason);
}
