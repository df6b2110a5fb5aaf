namespace ShimService.Linux.Seccomp;

/// <summary>
/// Writes a filter from its end to its start, so that every jump's target is there already (classic BPF only jumps
/// forward). A label is a distance from the end.
/// </summary>
internal sealed class SeccompAssembler
{
    private const int Reach = byte.MaxValue;

    private readonly List<FilterInstruction> _reversed = [];
    private readonly Dictionary<uint, int> _returns = [];

    public int Length => _reversed.Count;

    /// <summary>
    /// A place that returns the verdict; one is written again where the last is out of a jump's reach.
    /// </summary>
    public int Return(SeccompVerdict verdict)
    {
        // Some room, because the jump that wants it may have to write its other target first.
        if (!_returns.TryGetValue(verdict.Value, out int label) || _reversed.Count - label > Reach - 8)
        {
            label = Add(new FilterInstruction(FilterInstruction.Return, 0, 0, verdict.Value));
            _returns[verdict.Value] = label;
        }

        return label;
    }

    public int Load(uint offset) => Add(new FilterInstruction(FilterInstruction.LoadWord, 0, 0, offset));

    public int And(uint mask) => Add(new FilterInstruction(FilterInstruction.And, 0, 0, mask));

    /// <summary>Makes what is written next, in front, run on into the label.</summary>
    public void Continue(int label)
    {
        if (label != _reversed.Count - 1)
        {
            Add(new FilterInstruction(FilterInstruction.JumpAlways, 0, 0, (uint)(_reversed.Count - 1 - label)));
        }
    }

    public int Jump(ushort code, uint constant, int whenTrue, int whenFalse)
    {
        // Bringing one label near pushes the other one instruction away, so this takes up to two rounds.
        while (Distance(whenTrue) > Reach || Distance(whenFalse) > Reach)
        {
            if (Distance(whenTrue) > Reach)
            {
                whenTrue = Near(whenTrue);
            }

            if (Distance(whenFalse) > Reach)
            {
                whenFalse = Near(whenFalse);
            }
        }

        return Add(new FilterInstruction(code, (byte)Distance(whenTrue), (byte)Distance(whenFalse), constant));
    }

    public FilterInstruction[] Finish()
    {
        FilterInstruction[] program = [.. _reversed];
        Array.Reverse(program);
        return program;
    }

    private int Distance(int label) => _reversed.Count - 1 - label;

    private int Near(int label)
    {
        FilterInstruction target = _reversed[label];
        return target.Code == FilterInstruction.Return
            ? Add(target)
            : Add(new FilterInstruction(FilterInstruction.JumpAlways, 0, 0, (uint)Distance(label)));
    }

    private int Add(FilterInstruction instruction)
    {
        _reversed.Add(instruction);
        return _reversed.Count - 1;
    }
}
