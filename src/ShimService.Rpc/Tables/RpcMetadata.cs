using System.Collections;

namespace ShimService.Rpc;

/// <summary>
/// Key-value pairs that go with a call. Keys are lower-case; a key may repeat. Values of keys that end in "-bin" are
/// base64 text. Over gRPC the values of a repeated key may arrive as one, joined by commas (HTTP allows it). Filled
/// before the call starts and only read afterwards, by any thread.
/// </summary>
public sealed class RpcMetadata : IReadOnlyList<KeyValuePair<string, string>>
{
    /// <summary>The one without entries, shared by calls that carry none. Adding to it throws.</summary>
    public static RpcMetadata Empty { get; } = new() { _frozen = true };

    private KeyValuePair<string, string>[] _entries = [];
    private bool _frozen;

    public int Count { get; private set; }

    public KeyValuePair<string, string> this[int index] =>
        index < Count ? _entries[index] : throw new ArgumentOutOfRangeException(nameof(index));

    public void Add(string key, string value)
    {
        if (_frozen)
        {
            throw new InvalidOperationException("the shared empty metadata takes no entries; make a new RpcMetadata");
        }

        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Math.Max(2, Count * 2));
        }

        _entries[Count++] = new(key.ToLowerInvariant(), value);
    }

    /// <summary>The first value of the key; null where it is absent.</summary>
    public string? Get(string key)
    {
        for (int i = 0; i < Count; i++)
        {
            if (string.Equals(_entries[i].Key, key, StringComparison.OrdinalIgnoreCase))
            {
                return _entries[i].Value;
            }
        }

        return null;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return _entries[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
