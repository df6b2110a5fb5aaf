using System.Text.Json;

namespace ShimService.Oci.Parse;

/// <summary>
/// Walks over one JSON document and knows where it is, so that every error names its field. Two loops read everything:
/// <c>if (json.BeginObject()) while (json.NextProperty()) …</c> and
/// <c>if (json.BeginArray()) while (json.NextElement()) …</c>; each pass must read or skip exactly one value.
/// A JSON null reads as "absent", as every other runtime does. A property given twice: the last one counts.
/// </summary>
/// <remarks>
/// By hand, because the shim's memory has no room for a reflection or source-generated serializer. Paths cost nothing
/// until an error wants one: the cursor keeps only where in the input each open property name or index is.
/// </remarks>
internal ref struct JsonCursor
{
    /// <summary>Largest document read; Docker's and containerd's are below 100 kB.</summary>
    internal const int MaxBytes = 8 << 20;

    private const int MaxDepth = 32;

    private readonly ReadOnlySpan<byte> _input;
    private readonly string _root;

    // Per level: ≥ 0 is the offset of a property name in the input, < 0 is ~index of an array element.
    private readonly int[] _where = new int[MaxDepth + 2];
    private Utf8JsonReader _json;
    private int _level = -1;
    private bool _onValue;

    /// <param name="utf8">The document.</param>
    /// <param name="root">What error paths start with; empty for a whole spec.</param>
    internal JsonCursor(ReadOnlySpan<byte> utf8, string root)
    {
        _input = utf8;
        _root = root;
        if (utf8.Length > MaxBytes)
        {
            throw new SpecException(root, $"larger than {MaxBytes} bytes");
        }

        _json = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
    }

    internal bool BeginObject()
    {
        ReadValue();
        if (_json.TokenType == JsonTokenType.Null)
        {
            return false;
        }

        Expect(JsonTokenType.StartObject, "an object");
        _level++;
        _where[_level] = ~0;
        return true;
    }

    /// <summary>Steps to the next property; false at the end of the object.</summary>
    internal bool NextProperty()
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.EndObject)
        {
            _level--;
            return false;
        }

        _where[_level] = (int)_json.TokenStartIndex;
        return true;
    }

    /// <summary>Whether the property just stepped to has this name.</summary>
    internal readonly bool Is(ReadOnlySpan<byte> name) => _json.ValueTextEquals(name);

    /// <summary>The name of the property just stepped to.</summary>
    internal readonly string Name() => _json.GetString() ?? "";

    internal bool BeginArray()
    {
        ReadValue();
        if (_json.TokenType == JsonTokenType.Null)
        {
            return false;
        }

        Expect(JsonTokenType.StartArray, "an array");
        _level++;
        _where[_level] = ~-1;
        return true;
    }

    /// <summary>Steps to the next element; false at the end of the array.</summary>
    internal bool NextElement()
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.EndArray)
        {
            _level--;
            return false;
        }

        _where[_level] = ~(~_where[_level] + 1);
        _onValue = true;
        return true;
    }

    internal string Text()
    {
        ReadValue();
        if (_json.TokenType == JsonTokenType.Null)
        {
            return "";
        }

        Expect(JsonTokenType.String, "a string");
        return _json.GetString() ?? "";
    }

    internal bool Boolean() => OptionalBoolean() ?? false;

    internal bool? OptionalBoolean()
    {
        ReadValue();
        return _json.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => throw Fault($"must be true or false, not {Describe(_json.TokenType)}"),
        };
    }

    /// <summary>A whole number between the bounds; null when the JSON says null.</summary>
    internal long? OptionalInteger(long min = long.MinValue, long max = long.MaxValue)
    {
        if (!NumberFollows())
        {
            return null;
        }

        return _json.TryGetInt64(out var value) && value >= min && value <= max
            ? value
            : throw Fault($"must be a whole number from {min} to {max}");
    }

    /// <summary>A whole number from 0 to the bound; null when the JSON says null.</summary>
    internal ulong? OptionalUnsigned(ulong max = ulong.MaxValue)
    {
        if (!NumberFollows())
        {
            return null;
        }

        return _json.TryGetUInt64(out var value) && value <= max
            ? value
            : throw Fault($"must be a whole number from 0 to {max}");
    }

    internal uint? OptionalUInt32() => (uint?)OptionalUnsigned(uint.MaxValue);

    internal uint UInt32() => OptionalUInt32() ?? 0;

    internal ulong UInt64() => OptionalUnsigned() ?? 0;

    /// <summary>An array of strings; empty when the JSON says null.</summary>
    internal string[] TextArray() => OptionalTextArray() ?? [];

    /// <summary>An array of strings; null when the JSON says null.</summary>
    internal string[]? OptionalTextArray()
    {
        if (!BeginArray())
        {
            return null;
        }

        var list = new List<string>();
        while (NextElement())
        {
            list.Add(Text());
        }

        return list.Count == 0 ? [] : [.. list];
    }

    /// <summary>An object of strings; of a key given twice the last value counts.</summary>
    internal Dictionary<string, string> TextMap()
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (BeginObject())
        {
            while (NextProperty())
            {
                map[Name()] = Text();
            }
        }

        return map;
    }

    /// <summary>
    /// Passes over a property this engine has no use for, unless it is one that it knows and does not do yet: that is
    /// refused, because ignoring it would give the container something other than what was asked for.
    /// </summary>
    internal void Skip()
    {
        if (UnsupportedProperties.Contains(Pattern()))
        {
            var probe = _json;
            probe.Read();
            if (!EmptyValue.At(ref probe))
            {
                throw new SpecException(Path(), "not supported yet", SpecProblem.Unsupported);
            }
        }

        // On a property name this passes over the value too.
        _json.Skip();
    }

    /// <summary>Reads to the end of the document: anything but white space there is an error.</summary>
    internal void End()
    {
        while (_json.Read())
        {
        }
    }

    /// <summary>An error about the value just read.</summary>
    internal readonly SpecException Fault(string problem) => new(Path(), problem);

    /// <summary>Where the cursor is, such as <c>linux.namespaces[2].type</c>.</summary>
    internal readonly string Path() => JsonPath.Format(_root, _input, _where.AsSpan(0, _level + 1), indexes: true);

    // The same without numbers: linux.namespaces[].type.
    private readonly string Pattern() =>
        JsonPath.Format(_root, _input, _where.AsSpan(0, _level + 1), indexes: false);

    private bool NumberFollows()
    {
        ReadValue();
        if (_json.TokenType == JsonTokenType.Null)
        {
            return false;
        }

        Expect(JsonTokenType.Number, "a number");
        return true;
    }

    // The value of a property is one token further; an element is already under the cursor.
    private void ReadValue()
    {
        if (_onValue)
        {
            _onValue = false;
        }
        else
        {
            _json.Read();
        }
    }

    private readonly void Expect(JsonTokenType wanted, string name)
    {
        if (_json.TokenType != wanted)
        {
            throw Fault($"must be {name}, not {Describe(_json.TokenType)}");
        }
    }

    private static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Null => "null",
        _ => "nothing",
    };
}
