using System.Text;
using ShimService.Oci.Build;

namespace ShimService.Daemon.Tests.Fakes;

/// <summary>An image with the files a test gives it.</summary>
internal sealed class FakeImage(params (string Path, string Content)[] files) : IImageFiles
{
    public byte[]? Read(string path)
    {
        foreach (var file in files)
        {
            if (file.Path == path)
            {
                return Encoding.UTF8.GetBytes(file.Content);
            }
        }

        return null;
    }
}
