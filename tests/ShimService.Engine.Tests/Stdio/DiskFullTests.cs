using System.Text;
using ShimService.Engine.Stdio.Sinks;
using ShimService.Engine.Tests.Stdio.Support;
using ShimService.Linux;
using ShimService.Linux.Abi;
using ShimService.Linux.Errors;
using ShimService.Linux.Stdio;
using ShimService.Tasks.Ports;

namespace ShimService.Engine.Tests.Stdio;

/// <summary>A file system of 256 kB, filled up and emptied again while a log grows in it.</summary>
public sealed class DiskFullTests
{
    [Fact]
    public void Append_WhenDiskIsFullForAWhile_ThenDrainsOnAndNotesTheLossOnce()
    {
        using var disk = Native.MountTmpfs("256k");
        using var reader = Files.Open(disk, "log", OpenFlags.ReadWrite | OpenFlags.Create, 0b110_000_000);
        using var ballast = Files.Open(disk, "ballast", OpenFlags.ReadWrite | OpenFlags.Create, 0b110_000_000);
        var losses = new List<Errno>();
        using var log = new LogFile(
            Files.Open(disk, "log", OpenFlags.WriteOnly | OpenFlags.Append), TimeProvider.System, losses.Add);

        log.Append(StdioStream.Stdout, "before\n"u8);
        var refused = Assert.Throws<KernelException>(() => Files.Write(ballast, new byte[1 << 20]));
        Assert.Equal(Errno.ENOSPC, refused.Errno);
        // The first of these still finds room in the log's last page, in part: no torn record may stay.
        for (var i = 0; i < 10; i++)
        {
            log.Append(StdioStream.Stdout, Encoding.ASCII.GetBytes(new string('x', 9999) + "\n"));
        }

        Descriptors.Truncate(ballast, 0);
        log.Append(StdioStream.Stdout, "after\n"u8);
        log.Append(StdioStream.Stdout, "end\n"u8);

        var content = new byte[log.Length];
        Assert.Equal(content.Length, Files.Read(reader, content));
        var (stdout, stderr) = CriLog.Read(content);
        Assert.Equal("before\nafter\nend\n", Encoding.ASCII.GetString(stdout));
        Assert.Equal("shimservice: 100000 bytes of output were lost here: ENOSPC\n", Encoding.ASCII.GetString(stderr));
        Assert.Equal([Errno.ENOSPC], losses);
    }

    [Fact]
    public void Write_WhenDiskIsFullForAWhile_ThenRawFileDropsAndGoesOn()
    {
        using var disk = Native.MountTmpfs("64k");
        using var reader = Files.Open(disk, "out", OpenFlags.ReadWrite | OpenFlags.Create, 0b110_000_000);
        using var ballast = Files.Open(disk, "ballast", OpenFlags.ReadWrite | OpenFlags.Create, 0b110_000_000);
        var losses = new List<Errno>();
        using var sink = new AppendSink(Files.Open(disk, "out", OpenFlags.WriteOnly | OpenFlags.Append), losses.Add);

        Assert.Throws<KernelException>(() => Files.Write(ballast, new byte[1 << 20]));
        Assert.Equal(5, sink.Write("lost "u8));
        Assert.Equal(5, sink.Write("gone "u8));
        Descriptors.Truncate(ballast, 0);
        Assert.Equal(4, sink.Write("kept"u8));

        var content = new byte[100];
        Assert.Equal("kept", Encoding.ASCII.GetString(content, 0, Files.Read(reader, content)));
        Assert.Equal([Errno.ENOSPC], losses);
    }
}
