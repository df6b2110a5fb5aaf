using System.Text;
using ShimService.Oci.Model;
using ShimService.Oci.Tests.Specs;
using ShimService.Oci.Write;

namespace ShimService.Oci.Tests.Parse;

/// <summary>Whatever the bytes, the answer is a spec or a <see cref="SpecException"/>.</summary>
public sealed class MutationTests
{
    private const int Mutations = 6000;

    private static readonly string[] Values =
    [
        "null", "true", "-1", "0", "1e400", "18446744073709551616", "\"\"", "\"\\u0000\"", "\"\\ud800\"", "[]", "{}",
        "[[[[]]]]", "\"/..\"", "4294967295", "{\"type\":null}",
    ];

    [Fact]
    public void Parse_WhenBytesAreDamaged_ThenNothingButSpecException()
    {
        var original = Encoding.UTF8.GetBytes(Sample.Full);
        var random = new Random(20251122);
        var accepted = 0;
        for (var i = 0; i < Mutations; i++)
        {
            var bytes = Damage(original, random);
            try
            {
                // What is accepted must also survive being written and read again.
                SpecWriter.Write(Spec.Parse(SpecWriter.Write(Spec.Parse(bytes))));
                accepted++;
            }
            catch (SpecException error)
            {
                Assert.NotEmpty(error.Message);
            }
        }

        // The generator is no good if everything, or nothing, gets through.
        Assert.InRange(accepted, Mutations / 100, Mutations * 9 / 10);
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        var bytes = new List<byte>(original);
        for (var edits = random.Next(1, 3); edits > 0; edits--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 30), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 60), bytes.Count - at)));
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    bytes.Add((byte)'}');
                    break;
                default:
                    ReplaceValue(bytes, at, Values[random.Next(Values.Length)]);
                    break;
            }
        }

        return [.. bytes];
    }

    // Exchanges the value after the next colon, so that the document stays JSON and the readers meet odd types.
    private static void ReplaceValue(List<byte> bytes, int at, string value)
    {
        var colon = bytes.IndexOf((byte)':', at);
        if (colon < 0)
        {
            return;
        }

        var end = colon + 1;
        var depth = 0;
        while (end < bytes.Count && (depth > 0 || bytes[end] is not ((byte)',' or (byte)'}' or (byte)']')))
        {
            depth += bytes[end] is (byte)'{' or (byte)'[' ? 1 : bytes[end] is (byte)'}' or (byte)']' ? -1 : 0;
            end++;
        }

        bytes.RemoveRange(colon + 1, end - colon - 1);
        bytes.InsertRange(colon + 1, Encoding.UTF8.GetBytes(value));
    }
}
