using System.Text;

namespace ShimService.Engine.Tests.Stdio.Support;

/// <summary>Reads CRI log lines the way kubelet does, and gives back the raw bytes of each stream.</summary>
internal static class CriLog
{
    public static (byte[] Stdout, byte[] Stderr) Read(ReadOnlySpan<byte> log)
    {
        var stdout = new MemoryStream();
        var stderr = new MemoryStream();
        while (!log.IsEmpty)
        {
            var end = log.IndexOf((byte)'\n');
            Assert.True(end >= 0, "a record without its newline");
            var record = log[..end];
            log = log[(end + 1)..];
            var time = Encoding.ASCII.GetString(record[..30]);
            Assert.True(DateTimeOffset.TryParse(time, out _) && time[^1] == 'Z' && record[30] == ' ', time);
            var stream = Encoding.ASCII.GetString(record.Slice(31, 6));
            var target = stream switch
            {
                "stdout" => stdout,
                "stderr" => stderr,
                _ => throw new InvalidDataException(stream),
            };
            Assert.Equal((byte)' ', record[37]);
            Assert.Equal((byte)' ', record[39]);
            target.Write(record[40..]);
            if (record[38] == 'F')
            {
                target.WriteByte((byte)'\n');
            }
            else
            {
                Assert.Equal((byte)'P', record[38]);
            }
        }

        return (stdout.ToArray(), stderr.ToArray());
    }
}
