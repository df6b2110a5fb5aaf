using System.Globalization;
using System.Text;
using ShimService.Linux.Errors;

namespace ShimService.Linux.Launch;

/// <summary>
/// Spells a plan for people, one operation a line: <c>step: call(arguments) = rN ?tolerated  # clause</c>.
/// </summary>
internal static class PlanListing
{
    private const int LongestText = 80;

    public static void Append(StringBuilder listing, LaunchPlan plan)
    {
        for (var i = 0; i < plan.Descriptors.Count; i++)
        {
            listing.Append(CultureInfo.InvariantCulture, $"descriptor {i + 3}: {plan.Descriptors[i]}\n");
        }

        var used = UsedResults(plan);
        for (var i = 0; i < plan.Operations.Count; i++)
        {
            listing.Append(plan.Operations[i].Step).Append(": ");
            AppendCall(listing, plan, i, used[i]);
            listing.Append("  # ").Append(plan.Operations[i].Clause).Append('\n');
        }
    }

    public static string Call(LaunchPlan plan, int operation)
    {
        var listing = new StringBuilder();
        AppendCall(listing, plan, operation, UsedResults(plan)[operation]);
        return listing.ToString();
    }

    private static bool[] UsedResults(LaunchPlan plan)
    {
        var used = new bool[plan.Operations.Count];
        foreach (var operation in plan.Operations)
        {
            foreach (var argument in operation.Arguments)
            {
                Mark(used, argument);
            }
        }

        return used;
    }

    private static void Mark(bool[] used, PlanArgument argument)
    {
        switch (argument.Kind)
        {
            case PlanArgumentKind.Result:
                used[argument.Value] = true;
                break;
            case PlanArgumentKind.AnyResult:
                foreach (var operation in argument.Operations)
                {
                    used[operation] = true;
                }

                break;
            case PlanArgumentKind.Block:
                foreach (var field in argument.Block.Fields)
                {
                    Mark(used, field.Value);
                }

                break;
        }
    }

    private static void AppendCall(StringBuilder listing, LaunchPlan plan, int index, bool used)
    {
        var operation = plan.Operations[index];
        listing.Append(SystemCalls.Name(operation.Call)).Append('(');
        for (var i = 0; i < operation.Arguments.Length; i++)
        {
            listing.Append(i == 0 ? "" : ", ");
            AppendArgument(listing, plan, operation.Arguments[i]);
        }

        listing.Append(')');
        if (used)
        {
            listing.Append(CultureInfo.InvariantCulture, $" = r{index}");
        }

        if (operation.Minimum != 0)
        {
            listing.Append(CultureInfo.InvariantCulture, $" >= {operation.Minimum}");
        }

        var separator = " ?";
        for (var errno = 1; errno < 64; errno++)
        {
            if ((operation.Tolerated >> errno & 1) != 0)
            {
                listing.Append(separator).Append(((Errno)errno).ToString());
                separator = ",";
            }
        }
    }

    private static void AppendArgument(StringBuilder listing, LaunchPlan plan, PlanArgument argument)
    {
        switch (argument.Kind)
        {
            case PlanArgumentKind.Number:
                listing.Append(argument.Names is { } names
                    ? names.Spell(argument.Value)
                    : argument.Value.ToString(CultureInfo.InvariantCulture));
                break;
            case PlanArgumentKind.Text:
                AppendText(listing, argument.Text);
                break;
            case PlanArgumentKind.Texts:
                AppendTexts(listing, argument.TextList);
                break;
            case PlanArgumentKind.Block:
                AppendBlock(listing, argument.Block);
                break;
            case PlanArgumentKind.Result:
                listing.Append(CultureInfo.InvariantCulture, $"r{argument.Value}");
                break;
            case PlanArgumentKind.AnyResult:
                listing.Append("any(r").AppendJoin(", r", argument.Operations).Append(')');
                break;
            case PlanArgumentKind.ChildPid:
                listing.Append("child pid");
                break;
            case PlanArgumentKind.Descriptor:
                listing.Append(DescriptorName(plan, (int)argument.Value));
                break;
        }
    }

    private static void AppendBlock(StringBuilder listing, PlanBlock block)
    {
        if (block.Label is { } label)
        {
            listing.Append(label);
        }
        else if (block.Bytes.Length <= 16)
        {
            listing.Append('<').Append(Convert.ToHexStringLower(block.Bytes)).Append('>');
        }
        else
        {
            listing.Append(CultureInfo.InvariantCulture, $"<{block.Bytes.Length} bytes>");
        }
    }

    private static void AppendTexts(StringBuilder listing, IReadOnlyList<string> texts)
    {
        listing.Append('[');
        for (var i = 0; i < texts.Count; i++)
        {
            listing.Append(i == 0 ? "" : ", ");
            AppendText(listing, texts[i]);
        }

        listing.Append(']');
    }

    private static void AppendText(StringBuilder listing, string text)
    {
        listing.Append('"');
        foreach (var letter in text.AsSpan(0, Math.Min(text.Length, LongestText)))
        {
            _ = letter switch
            {
                '\n' => listing.Append("\\n"),
                '"' => listing.Append("\\\""),
                < ' ' => listing.Append(CultureInfo.InvariantCulture, $"\\x{(int)letter:x2}"),
                _ => listing.Append(letter),
            };
        }

        listing.Append('"').Append(text.Length > LongestText ? "…" : "");
    }

    private static string DescriptorName(LaunchPlan plan, int ordinal) => ordinal switch
    {
        PlanDescriptors.Sync => "sync",
        PlanDescriptors.BeforeSync => "sync-1",
        PlanDescriptors.AfterSync => "sync+1",
        0 => "stdin",
        1 => "stdout",
        2 => "stderr",
        _ => plan.Descriptors[ordinal - 3],
    };
}
