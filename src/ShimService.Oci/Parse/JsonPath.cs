using System.Text;

namespace ShimService.Oci.Parse;

/// <summary>Spells where a <see cref="JsonCursor"/> is.</summary>
internal static class JsonPath
{
    /// <summary>
    /// Joins the levels with dots. A level ≥ 0 is the offset of a quoted property name in the input; &lt; 0 is ~index
    /// of an element, written "[3]", or "[]" without <paramref name="indexes"/>.
    /// </summary>
    internal static string Format(string root, ReadOnlySpan<byte> input, ReadOnlySpan<int> levels, bool indexes)
    {
        var path = new StringBuilder(root);
        foreach (var level in levels)
        {
            if (level >= 0)
            {
                if (path.Length > 0)
                {
                    path.Append('.');
                }

                path.Append(PropertyName(input[level..]));
            }
            else if (indexes && ~level >= 0)
            {
                path.Append('[').Append(~level).Append(']');
            }
            else if (!indexes)
            {
                path.Append("[]");
            }
        }

        return path.ToString();
    }

    // As it stands in the document, escapes and all, and not longer than anybody wants to read.
    private static string PropertyName(ReadOnlySpan<byte> quoted)
    {
        const int longest = 80;
        var length = 1;
        while (length < quoted.Length && quoted[length] != (byte)'"' && length <= longest)
        {
            length += quoted[length] == (byte)'\\' ? 2 : 1;
        }

        return Encoding.UTF8.GetString(quoted[1..Math.Min(length, quoted.Length)]);
    }
}
