using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads hooks.</summary>
internal static class HookReader
{
    internal static HooksSpec Read(ref JsonCursor json)
    {
        var value = HooksSpec.None;
        if (!json.BeginObject())
        {
            return value;
        }

        while (json.NextProperty())
        {
            if (json.Is("prestart"u8))
            {
                value = value with { Prestart = ReadList(ref json) };
            }
            else if (json.Is("createRuntime"u8))
            {
                value = value with { CreateRuntime = ReadList(ref json) };
            }
            else if (json.Is("createContainer"u8))
            {
                value = value with { CreateContainer = ReadList(ref json) };
            }
            else if (json.Is("startContainer"u8))
            {
                value = value with { StartContainer = ReadList(ref json) };
            }
            else if (json.Is("poststart"u8))
            {
                value = value with { Poststart = ReadList(ref json) };
            }
            else if (json.Is("poststop"u8))
            {
                value = value with { Poststop = ReadList(ref json) };
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }

    private static HookSpec[] ReadList(ref JsonCursor json)
    {
        var list = new List<HookSpec>();
        if (json.BeginArray())
        {
            while (json.NextElement())
            {
                list.Add(ReadOne(ref json));
            }
        }

        return [.. list];
    }

    private static HookSpec ReadOne(ref JsonCursor json)
    {
        var value = new HookSpec("", []);
        if (!json.BeginObject())
        {
            throw json.Fault("must be an object, not null");
        }

        while (json.NextProperty())
        {
            if (json.Is("path"u8))
            {
                value = value with { Path = json.Text() };
            }
            else if (json.Is("args"u8))
            {
                value = value with { Args = json.TextArray() };
            }
            else if (json.Is("env"u8))
            {
                value = value with { Env = json.OptionalTextArray() };
            }
            else if (json.Is("timeout"u8))
            {
                value = value with { Timeout = (int?)json.OptionalInteger(int.MinValue, int.MaxValue) };
            }
            else
            {
                json.Skip();
            }
        }

        return value;
    }
}
