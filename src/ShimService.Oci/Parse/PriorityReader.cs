using ShimService.Oci.Model;

namespace ShimService.Oci.Parse;

/// <summary>Reads process.ioPriority and linux.personality.</summary>
internal static class PriorityReader
{
    internal static IoPriority? ReadIo(ref JsonCursor json)
    {
        var name = "";
        var priority = 0;
        if (!json.BeginObject())
        {
            return null;
        }

        while (json.NextProperty())
        {
            if (json.Is("class"u8))
            {
                name = json.Text();
            }
            else if (json.Is("priority"u8))
            {
                priority = (int)(json.OptionalInteger(0, 7) ?? 0);
            }
            else
            {
                json.Skip();
            }
        }

        return name switch
        {
            "" when priority == 0 => null,
            "IOPRIO_CLASS_RT" => new IoPriority(IoPriorityClass.Realtime, priority),
            "IOPRIO_CLASS_BE" => new IoPriority(IoPriorityClass.BestEffort, priority),
            "IOPRIO_CLASS_IDLE" => new IoPriority(IoPriorityClass.Idle, priority),
            _ => throw json.Fault($"class \"{name}\" is none of IOPRIO_CLASS_RT, IOPRIO_CLASS_BE, IOPRIO_CLASS_IDLE"),
        };
    }

    internal static PersonalityDomain? ReadPersonality(ref JsonCursor json)
    {
        var name = "";
        if (!json.BeginObject())
        {
            return null;
        }

        while (json.NextProperty())
        {
            if (json.Is("domain"u8))
            {
                name = json.Text();
            }
            else if (json.Is("flags"u8))
            {
                if (json.TextArray().Length > 0)
                {
                    throw new SpecException(
                        json.Path(), "the specification has no flags yet", SpecProblem.Unsupported);
                }
            }
            else
            {
                json.Skip();
            }
        }

        return name switch
        {
            "" => null,
            "LINUX" => PersonalityDomain.Linux,
            "LINUX32" => PersonalityDomain.Linux32,
            _ => throw json.Fault($"domain \"{name}\" is neither LINUX nor LINUX32"),
        };
    }
}
