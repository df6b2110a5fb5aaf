using ShimService.Daemon.Verbs.Creation;
using ShimService.Linux.Paths;

namespace ShimService.Daemon.Tests.Tasks;

/// <summary>What is not there is told apart from what cannot be read.</summary>
public sealed class ImageFilesTests : IDisposable
{
    private readonly string _image = Directory.CreateTempSubdirectory("shimservice-image.").FullName;

    [Fact]
    public void Read_WhenItIsAFile_ThenItsContentAlsoByALinkInsideTheImage()
    {
        Directory.CreateDirectory(Path.Combine(_image, "usr"));
        File.WriteAllText(Path.Combine(_image, "usr", "passwd"), "root:x:0:0\n");
        File.CreateSymbolicLink(Path.Combine(_image, "passwd"), "/usr/passwd");

        Assert.Equal("root:x:0:0\n"u8.ToArray(), Read("/passwd"));
    }

    [Fact]
    public void Read_WhenThereIsNone_ThenNothing()
    {
        File.WriteAllText(Path.Combine(_image, "file"), "");
        File.CreateSymbolicLink(Path.Combine(_image, "dangling"), "/nowhere");

        Assert.Null(Read("/etc/passwd"));
        Assert.Null(Read("/file/passwd"));
        Assert.Null(Read("/dangling"));
    }

    [Fact]
    public void Read_WhenItCannotBeRead_ThenWhy()
    {
        Directory.CreateDirectory(Path.Combine(_image, "directory"));
        File.CreateSymbolicLink(Path.Combine(_image, "loop"), "loop");
        File.WriteAllBytes(Path.Combine(_image, "large"), new byte[1 << 20]);

        Assert.Contains("no regular file", Assert.Throws<IOException>(() => Read("/directory")).Message);
        Assert.Contains("ELOOP", Assert.Throws<IOException>(() => Read("/loop")).Message);
        Assert.Contains("larger than", Assert.Throws<IOException>(() => Read("/large")).Message);
    }

    public void Dispose() => Directory.Delete(_image, recursive: true);

    private byte[]? Read(string path)
    {
        using var root = RootedDirectory.Open(_image);
        return new ImageFiles(root).Read(path);
    }
}
