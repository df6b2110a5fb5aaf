namespace ShimService.Oci.Build;

/// <summary>The files of the image a container is made from. No link in it leads out of it.</summary>
public interface IImageFiles
{
    /// <summary>
    /// A small regular file; null when there is none. Errors: IOException with the reason when something is there that
    /// cannot be read: who takes that for nothing gives a container another user than its image says.
    /// </summary>
    byte[]? Read(string path);
}
