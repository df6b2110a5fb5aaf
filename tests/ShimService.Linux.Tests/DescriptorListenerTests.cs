using ShimService.Linux.Stdio;

namespace ShimService.Linux.Tests;

/// <summary>The listener behind a --console-socket, against the socket that sends to one.</summary>
public sealed class DescriptorListenerTests : IDisposable
{
    private readonly string _directory =
        Directory.CreateTempSubdirectory("shimservice-listener-" + new string('x', 100)).FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void TryReceive_WhenSomebodyHasSentAndGone_ThenItIsTheSameFile()
    {
        using var listener = DescriptorListener.Listen(_directory, "tty");
        var pipe = Descriptors.CreatePipe();
        using (pipe.Read)
        {
            using (pipe.Write)
            using (var sender = DescriptorSocket.Connect(listener.Path))
            {
                sender.Send(pipe.Write, "/dev/ptmx");
            }

            using (var received = listener.TryReceive())
            {
                Files.Write(received!, "hi"u8);
            }

            var buffer = new byte[8];
            Assert.Equal(2, Files.Read(pipe.Read, buffer));
            Assert.Equal(0, Files.Read(pipe.Read, buffer));
        }
    }

    [Fact]
    public void TryReceive_WhenNobodyHasConnected_ThenNull()
    {
        using var listener = DescriptorListener.Listen(_directory, "tty");

        Assert.Null(listener.TryReceive());
    }
}
