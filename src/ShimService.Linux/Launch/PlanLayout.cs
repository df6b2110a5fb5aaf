namespace ShimService.Linux.Launch;

/// <summary>
/// How a plan's operations lie in native memory. The stub stores a result in one place only; a result with more
/// than one use is therefore moved to a descriptor number of its own by a dup3 that follows it. Those numbers are
/// above every number the plan's other calls can get.
/// </summary>
internal sealed class PlanLayout
{
    private const int LowestKeptNumber = 32;

    private readonly byte[] _uses;
    private readonly int[] _keptNumbers;

    public PlanLayout(IReadOnlyList<PlanOperation> operations, int syncDescriptor)
    {
        _uses = new byte[operations.Count];
        var openers = 0;
        foreach (var operation in operations)
        {
            openers += OpensDescriptor(operation.Call) ? 1 : 0;
            foreach (var argument in operation.Arguments)
            {
                Count(argument);
            }
        }

        _keptNumbers = new int[operations.Count];
        var next = Math.Max(LowestKeptNumber, syncDescriptor + openers + 2);
        for (var i = 0; i < _uses.Length; i++)
        {
            if (_uses[i] > 1 || operations[i].Keeping == Keeping.Always)
            {
                _keptNumbers[i] = next++;
                KeptCount++;
            }
        }
    }

    public int KeptCount { get; }

    /// <summary>The number a result with several uses is moved to; 0 for every other operation.</summary>
    public int KeptNumber(int operation) => _keptNumbers[operation];

    /// <summary>The plan's operation that the native one at <paramref name="native"/> belongs to.</summary>
    public int OperationAt(int native)
    {
        var position = 0;
        for (var i = 0; i < _keptNumbers.Length; i++)
        {
            position += _keptNumbers[i] == 0 ? 1 : 2;
            if (native < position)
            {
                return i;
            }
        }

        return _keptNumbers.Length - 1;
    }

    private void Count(PlanArgument argument)
    {
        switch (argument.Kind)
        {
            case PlanArgumentKind.Result:
                _uses[argument.Value] = (byte)Math.Min(_uses[argument.Value] + 1, 2);
                break;
            case PlanArgumentKind.Block:
                foreach (var field in argument.Block.Fields)
                {
                    Count(field.Value);
                }

                break;
        }
    }

    private static bool OpensDescriptor(SystemCall call) => call is SystemCall.Openat or SystemCall.Openat2
        or SystemCall.OpenTree or SystemCall.Fsopen or SystemCall.Fsmount or SystemCall.Fspick or SystemCall.Dup
        or SystemCall.Fcntl or SystemCall.Ioctl or SystemCall.Socket or SystemCall.Eventfd2 or SystemCall.MemfdCreate
        or SystemCall.PidfdOpen or SystemCall.Seccomp;
}
