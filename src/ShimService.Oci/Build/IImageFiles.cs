namespace ShimService.Oci.Build;

/// <summary>The files of the image a container is made from. No link in it leads out of it.</summary>
public interface IImageFiles
{
    /// <summary>A small regular file; null when there is none.</summary>
    byte[]? Read(string path);
}
