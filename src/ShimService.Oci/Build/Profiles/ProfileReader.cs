using ShimService.Oci.Model;
using ShimService.Oci.Parse;

namespace ShimService.Oci.Build.Profiles;

/// <summary>Reads a profile, in the OCI form or Docker's. Pure. Errors: <see cref="SpecException"/>.</summary>
internal static class ProfileReader
{
    internal static SeccompProfile Read(ReadOnlySpan<byte> utf8) => SpecReader.Guarded(utf8, "seccomp", Read);

    private static SeccompProfile Read(ref JsonCursor json)
    {
        var filter = new LinuxSeccomp();
        SeccompAction? action = null;
        var architectures = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var rules = new List<ProfileRule>();
        if (!json.BeginObject())
        {
            throw json.Fault("must be an object, not null");
        }

        while (json.NextProperty())
        {
            if (json.Is("archMap"u8))
            {
                ReadArchitectures(ref json, architectures);
            }
            else if (json.Is("syscalls"u8))
            {
                ReadRules(ref json, rules);
            }
            else if (!SeccompReader.TryRead(ref json, ref filter, ref action))
            {
                json.Skip();
            }
        }

        if (architectures.Count > 0 && filter.Architectures.Count > 0)
        {
            throw new SpecException("seccomp.archMap", "and architectures exclude each other: give one");
        }

        return new SeccompProfile(
            filter with { DefaultAction = action ?? throw json.Fault("needs a defaultAction") }, architectures, rules);
    }

    private static void ReadArchitectures(ref JsonCursor json, Dictionary<string, IReadOnlyList<string>> map)
    {
        if (!json.BeginArray())
        {
            return;
        }

        while (json.NextElement())
        {
            string name = "";
            IReadOnlyList<string> others = [];
            if (json.BeginObject())
            {
                while (json.NextProperty())
                {
                    if (json.Is("architecture"u8))
                    {
                        name = json.Text();
                    }
                    else if (json.Is("subArchitectures"u8))
                    {
                        others = json.TextArray();
                    }
                    else
                    {
                        json.Skip();
                    }
                }
            }

            // Of several entries for one machine the first counts.
            map.TryAdd(name.Length > 0 ? name : throw json.Fault("needs an architecture"), others);
        }
    }

    private static void ReadRules(ref JsonCursor json, List<ProfileRule> rules)
    {
        if (!json.BeginArray())
        {
            return;
        }

        while (json.NextElement())
        {
            rules.Add(ReadRule(ref json));
        }
    }

    private static ProfileRule ReadRule(ref JsonCursor json)
    {
        var rule = new LinuxSyscallRule();
        var (includes, excludes) = (ProfileCondition.None, ProfileCondition.None);
        SeccompAction? action = null;
        string name = "";
        if (json.BeginObject())
        {
            while (json.NextProperty())
            {
                if (json.Is("name"u8))
                {
                    name = json.Text();
                }
                else if (json.Is("includes"u8))
                {
                    includes = ReadCondition(ref json);
                }
                else if (json.Is("excludes"u8))
                {
                    excludes = ReadCondition(ref json);
                }
                else if (!SeccompRuleReader.TryRead(ref json, ref rule, ref action))
                {
                    json.Skip();
                }
            }
        }

        if (name.Length > 0)
        {
            rule = rule.Names.Count == 0
                ? rule with { Names = [name] }
                : throw json.Fault("has both name and names: give one");
        }

        return new ProfileRule(
            rule with { Action = action ?? throw json.Fault("needs an action") }, includes, excludes);
    }

    private static ProfileCondition ReadCondition(ref JsonCursor json)
    {
        var condition = ProfileCondition.None;
        if (!json.BeginObject())
        {
            return condition;
        }

        while (json.NextProperty())
        {
            if (json.Is("arches"u8))
            {
                condition = condition with { Architectures = json.TextArray() };
            }
            else if (json.Is("caps"u8))
            {
                condition = condition with { Capabilities = json.TextArray() };
            }
            else if (json.Is("minKernel"u8))
            {
                condition = condition with
                {
                    MinimalKernel = Version.TryParse(json.Text(), out var version)
                        ? version
                        : throw json.Fault("is not a version such as 4.8"),
                };
            }
            else
            {
                // A condition that is not understood must not become none.
                throw json.Fault("is none of arches, caps and minKernel");
            }
        }

        return condition;
    }
}
