namespace ShimService.Oci.Build;

/// <summary>An image without files: every user is a number there.</summary>
public sealed class NoImage : IImageFiles
{
    public static NoImage Instance { get; } = new();

    public byte[]? Read(string path) => null;
}
