namespace ShimService.Engine.Systemd;

/// <summary>A property of a unit as systemd's D-Bus interface takes it: (sv).</summary>
/// <param name="Signature">Of the value: "s", "b", "u", "t", "x", "i", "ay", "au" or "as".</param>
/// <param name="Value">string, bool, uint, ulong, long, int, byte[], uint[] or string[].</param>
internal sealed record UnitProperty(string Name, string Signature, object Value)
{
    public static UnitProperty Text(string name, string value) => new(name, "s", value);

    public static UnitProperty Flag(string name, bool value) => new(name, "b", value);

    public static UnitProperty Number(string name, ulong value) => new(name, "t", value);

    public static UnitProperty Bytes(string name, byte[] value) => new(name, "ay", value);

    public void Write(DBusWriter writer)
    {
        writer.Align(8);
        writer.Text(Name);
        writer.Signature(Signature);
        switch (Value)
        {
            case string text:
                writer.Text(text);
                break;
            case bool flag:
                writer.Boolean(flag);
                break;
            case uint number:
                writer.UInt32(number);
                break;
            case int number:
                writer.UInt32((uint)number);
                break;
            case ulong number:
                writer.UInt64(number);
                break;
            case long number:
                writer.UInt64((ulong)number);
                break;
            case byte[] bytes:
                writer.Array(1, array => array.Raw(bytes));
                break;
            case uint[] numbers:
                writer.Array(4, array => System.Array.ForEach(numbers, array.UInt32));
                break;
            case string[] texts:
                writer.Array(4, array => System.Array.ForEach(texts, array.Text));
                break;
            default:
                throw new InvalidOperationException($"no D-Bus type for {Name}");
        }
    }

    public override string ToString() => Value switch
    {
        byte[] bytes => $"{Name}={Convert.ToHexStringLower(bytes)}",
        uint[] numbers => $"{Name}=[{string.Join(' ', numbers)}]",
        string[] texts => $"{Name}=[{string.Join(' ', texts)}]",
        _ => $"{Name}={Value}",
    };
}
