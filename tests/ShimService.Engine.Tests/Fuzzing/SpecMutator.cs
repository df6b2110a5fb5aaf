using System.Buffers;
using System.Text;

namespace ShimService.Engine.Tests.Fuzzing;

/// <summary>
/// Makes the input of a seed: a document with one to four things changed. The same seed, the same bytes.
/// </summary>
internal static class SpecMutator
{
    private static readonly byte[][] Odd = [.. new[]
    {
        "null", "true", "false", "0", "-1", "1", "-0", "1e400", "1.5", "4294967295", "4294967296", "-2147483649",
        "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "{}", "[]", "[[]]",
        "[null]", "{\"\":\"\"}", "\"\"", "\"/\"", "\"..\"", "\"../..\"", "\"/proc/self/fd/3\"", "\"/proc/1/root\"", "\"\\u0000\"",
        "\"a\\u0000b\"", "\"\\ud800\"", "\"max\"", "\"0-\"", "\"0-1023,4096\"", "\"5-3\"", "\"1,,2\"", "\"SCMP_ACT_NOTIFY\"",
        "\"user\"", "\"time\"", "\"mount\"", "\"rbind\"", "\"idmap\"", "\"tmpcopyup\"", "\"rro\"", "\"mode=999999999999\"",
        "\"size=-1\"", "\"CAP_ALL\"", "\"RLIMIT_X\"", "\"a:b:c\"", "\"%d\"", "\"c\"", "\"é😀\"", "\"" + new string('x', 5000) + "\"",
    }.Select(Encoding.UTF8.GetBytes)];

    public static ReadOnlyMemory<byte> Make(int seed)
    {
        var random = new Random(seed);
        var documents = SpecCorpus.Documents;
        var document = documents[random.Next(documents.Count)];
        var bytes = document.Bytes;
        var edits = new List<(Range Where, byte[] What)>();
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            edits.Add(Edit(random, document, documents[random.Next(documents.Count)]));
        }

        // From the end to the beginning, so that what is not yet changed stays where it was.
        var made = new ArrayBufferWriter<byte>(bytes.Length + 1024);
        var at = 0;
        foreach (var (where, what) in edits.OrderBy(edit => edit.Where.Start.Value))
        {
            if (where.Start.Value < at)
            {
                continue;
            }

            made.Write(bytes.AsSpan(at, where.Start.Value - at));
            made.Write(what);
            at = where.End.Value;
        }

        made.Write(bytes.AsSpan(at));
        var result = made.WrittenMemory;
        return random.Next(40) == 0 ? result[..random.Next(result.Length)] : result;
    }

    private static (
        Range Where, byte[] What) Edit(Random random, SpecCorpus.Document document, SpecCorpus.Document other)
    {
        var where = document.Values[random.Next(document.Values.Count)];
        switch (random.Next(10))
        {
            case < 4:
                return (where, Odd[random.Next(Odd.Length)]);
            case < 6:
                // A value of another place, or of another document.
                return (where, other.Bytes[other.Values[random.Next(other.Values.Count)]]);
            case 6:
                var list = document.Bytes[where];
                return (where, [.. list, (byte)',', .. list]);
            case 7:
                var name = document.Names[random.Next(document.Names.Count)];
                return (name, other.Bytes[other.Names[random.Next(other.Names.Count)]]);
            case 8:
                // Inside a number or a text.
                var inside = random.Next(where.Start.Value, where.End.Value);
                return (inside..(inside + 1), [(byte)random.Next(256)]);
            default:
                var from = random.Next(document.Bytes.Length);
                return (from..Math.Min(document.Bytes.Length, from + random.Next(1, 30)), []);
        }
    }
}
