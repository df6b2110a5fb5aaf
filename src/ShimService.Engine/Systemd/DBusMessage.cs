namespace ShimService.Engine.Systemd;

/// <summary>What is read of a message. Texts that are not there are empty.</summary>
internal sealed record DBusMessage
{
    public const byte Call = 1;
    public const byte Return = 2;
    public const byte Error = 3;
    public const byte Signal = 4;

    private const int FixedBytes = 16;
    private const uint Longest = 1 << 20;

    public required byte Kind { get; init; }

    public uint Serial { get; init; }

    public uint ReplyTo { get; init; }

    public string Path { get; init; } = "";

    public string Member { get; init; } = "";

    public string ErrorName { get; init; } = "";

    public string Signature { get; init; } = "";

    public byte[] Body { get; init; } = [];

    /// <summary>The first argument, when it is a text.</summary>
    public string FirstText()
    {
        if (Signature is not ['s' or 'o', ..])
        {
            return "";
        }

        var reader = new DBusReader(Body);
        return reader.Text();
    }

    /// <summary>
    /// Takes one message in. <paramref name="receive"/> fills a buffer whole. Errors: InvalidDataException.
    /// </summary>
    public static DBusMessage Read(Action<byte[]> receive)
    {
        var head = new byte[FixedBytes];
        receive(head);
        var fixedPart = new DBusReader(head.AsSpan(4));
        var body = fixedPart.UInt32();
        var serial = fixedPart.UInt32();
        var fields = fixedPart.UInt32();
        if (head[0] != (byte)'l' || body > Longest || fields > Longest)
        {
            throw new InvalidDataException("not a little-endian D-Bus message of reasonable length");
        }

        var rest = new byte[((fields + 7) & ~7U) + body];
        receive(rest);
        var message = new DBusMessage
        {
            Kind = head[1], Serial = serial, Body = rest[^(int)body..],
        };
        return message.WithFields(rest.AsSpan(0, (int)fields));
    }

    // From byte 16 on, so that every alignment counts from the start of the message.
    private DBusMessage WithFields(ReadOnlySpan<byte> fields)
    {
        var message = this;
        var reader = new DBusReader(fields);
        while (!reader.AtEnd)
        {
            reader.Align(8);
            var code = reader.Byte();
            var type = reader.Signature();
            switch (type)
            {
                case "u":
                    var number = reader.UInt32();
                    message = code == 5 ? message with { ReplyTo = number } : message;
                    break;
                case "g":
                    var signature = reader.Signature();
                    message = code == 8 ? message with { Signature = signature } : message;
                    break;
                case "s" or "o":
                    var text = reader.Text();
                    message = code switch
                    {
                        1 => message with { Path = text },
                        3 => message with { Member = text },
                        4 => message with { ErrorName = text },
                        _ => message,
                    };
                    break;
                default:
                    throw new InvalidDataException($"a D-Bus header field of type {type}");
            }
        }

        return message;
    }

    /// <summary>A method call as bytes.</summary>
    public static byte[] Write(
        uint serial, string destination, string path, string face, string member, string signature, Action<DBusWriter>? arguments)
    {
        var body = new DBusWriter();
        arguments?.Invoke(body);
        var message = new DBusWriter();
        message.Raw([(byte)'l', Call, 0, 1]);
        message.UInt32((uint)body.Bytes.Length);
        message.UInt32(serial);
        message.Array(8, fields =>
        {
            Field(fields, 1, "o", path);
            Field(fields, 2, "s", face);
            Field(fields, 3, "s", member);
            if (destination.Length > 0)
            {
                Field(fields, 6, "s", destination);
            }

            if (signature.Length > 0)
            {
                fields.Align(8);
                fields.Byte(8);
                fields.Signature("g");
                fields.Signature(signature);
            }
        });
        message.Align(8);
        message.Raw(body.Bytes);
        return message.Bytes.ToArray();
    }

    private static void Field(DBusWriter fields, byte code, string type, string value)
    {
        fields.Align(8);
        fields.Byte(code);
        fields.Signature(type);
        fields.Text(value);
    }
}
