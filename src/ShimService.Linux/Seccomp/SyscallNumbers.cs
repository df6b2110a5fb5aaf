using System.Buffers.Text;

namespace ShimService.Linux.Seccomp;

/// <summary>
/// System call numbers by name. The table is bytes in the program image, searched where it lies: it costs the shim no
/// heap. Pure; any thread.
/// </summary>
internal static partial class SyscallNumbers
{
    /// <summary>Set in every x32 number.</summary>
    public const uint X32Bit = 0x40000000;

    /// <summary>Whether any architecture has the name.</summary>
    public static bool IsKnown(string name) => !FindEntry(name).IsEmpty;

    /// <summary>Null for a name the architecture does not have, or that nobody has.</summary>
    public static uint? Find(string name, SeccompArchitecture architecture)
    {
        ReadOnlySpan<byte> entry = FindEntry(name);
        for (int column = (int)architecture; column > 0; column--)
        {
            int comma = entry.IndexOf((byte)',');
            entry = comma < 0 ? [] : entry[(comma + 1)..];
        }

        if (!Utf8Parser.TryParse(entry, out uint number, out _))
        {
            return null;
        }

        return architecture == SeccompArchitecture.X32 ? number | X32Bit : number;
    }

    /// <summary>Calls <paramref name="visit"/> for every name in the table, for tests.</summary>
    internal static void VisitNames(Action<string> visit)
    {
        foreach (string entry in System.Text.Encoding.ASCII.GetString(Data)
            .Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            visit(entry[..entry.IndexOf('=', StringComparison.Ordinal)]);
        }
    }

    // What follows '=' in the entry of the name; empty when there is none.
    private static ReadOnlySpan<byte> FindEntry(string name)
    {
        ReadOnlySpan<byte> data = Data;
        int low = 0;
        int high = data.Length;
        while (low < high)
        {
            // Back to the start of the entry that holds the middle.
            int start = (low + high) / 2;
            while (start > low && !IsBlank(data[start - 1]))
            {
                start--;
            }

            ReadOnlySpan<byte> rest = data[start..high];
            int equals = rest.IndexOf((byte)'=');
            if (equals < 0)
            {
                high = start;
                continue;
            }

            ReadOnlySpan<byte> found = rest[..equals].TrimStart(" \n"u8);
            int order = Compare(name, found);
            if (order == 0)
            {
                ReadOnlySpan<byte> numbers = rest[(equals + 1)..];
                int end = numbers.IndexOfAny((byte)' ', (byte)'\n');
                return end < 0 ? numbers : numbers[..end];
            }

            if (order < 0)
            {
                high = start;
            }
            else
            {
                int end = rest[equals..].IndexOfAny((byte)' ', (byte)'\n');
                low = end < 0 ? high : start + equals + end + 1;
            }
        }

        return [];
    }

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\n';

    private static int Compare(string name, ReadOnlySpan<byte> other)
    {
        int shared = Math.Min(name.Length, other.Length);
        for (int i = 0; i < shared; i++)
        {
            if (name[i] != other[i])
            {
                return name[i].CompareTo((char)other[i]);
            }
        }

        return name.Length.CompareTo(other.Length);
    }
}
