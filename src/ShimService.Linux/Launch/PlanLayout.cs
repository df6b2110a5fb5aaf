namespace ShimService.Linux.Launch;

/// <summary>
/// How a plan's operations lie in native memory. The stub stores a result in one place only; a result with more
/// than one use is therefore moved to a descriptor number of its own by a dup3 that follows it. Those numbers are
/// above every number the plan's other calls can get.
///
/// A plan that opens much is swept: before some of its operations, everything it has opened and not moved is closed. What
/// is used on both sides of a sweep is moved, and the number of what is used no more is given to the next. So a
/// thousand mounts need some hundred descriptors.
/// </summary>
internal sealed class PlanLayout
{
    private const int LowestKeptNumber = 32;

    /// <summary>Plans that open no more are not swept.</summary>
    private const int FewDescriptors = 128;

    private const int OpenedBetweenSweeps = 64;

    private readonly byte[] _uses;
    private readonly int[] _lastUses;
    private readonly int[] _keptNumbers;
    private readonly bool[] _sweeps;

    public PlanLayout(IReadOnlyList<PlanOperation> operations, int syncDescriptor)
    {
        _uses = new byte[operations.Count];
        _lastUses = new int[operations.Count];
        var openers = 0;
        for (var i = 0; i < operations.Count; i++)
        {
            openers += OpensDescriptor(operations[i].Call) ? 1 : 0;
            foreach (var argument in operations[i].Arguments)
            {
                Count(argument, i);
            }
        }

        _keptNumbers = new int[operations.Count];
        FirstOpened = syncDescriptor + 1;
        var few = openers <= FewDescriptors;
        FirstKept = Math.Max(LowestKeptNumber, syncDescriptor + (few ? openers : OpenedBetweenSweeps) + 2);
        _sweeps = few ? [] : new bool[operations.Count];
        if (few)
        {
            KeepEach(operations);
        }
        else
        {
            Sweep(operations);
            KeepInTurn(operations);
        }
    }

    public int KeptCount { get; private set; }

    /// <summary>The numbers a sweep closes: from this one…</summary>
    public int FirstOpened { get; }

    /// <summary>…up to the one before this, the first that results are moved to.</summary>
    public int FirstKept { get; }

    public int SweepCount { get; private set; }

    /// <summary>Whether a sweep comes before it.</summary>
    public bool IsSwept(int operation) => _sweeps.Length > 0 && _sweeps[operation];

    /// <summary>The number a result with several uses is moved to; 0 for every other operation.</summary>
    public int KeptNumber(int operation) => _keptNumbers[operation];

    /// <summary>The plan's operation that the native one at <paramref name="native"/> belongs to.</summary>
    public int OperationAt(int native)
    {
        var position = 0;
        for (var i = 0; i < _keptNumbers.Length; i++)
        {
            position += (_keptNumbers[i] == 0 ? 1 : 2) + (IsSwept(i) ? 1 : 0);
            if (native < position)
            {
                return i;
            }
        }

        return _keptNumbers.Length - 1;
    }

    private bool IsKept(PlanOperation operation, int at) => _uses[at] > 1 || operation.Keeping == Keeping.Always;

    private void KeepEach(IReadOnlyList<PlanOperation> operations)
    {
        var next = FirstKept;
        for (var i = 0; i < _uses.Length; i++)
        {
            if (IsKept(operations[i], i))
            {
                _keptNumbers[i] = next++;
                KeptCount++;
            }
        }
    }

    private void Sweep(IReadOnlyList<PlanOperation> operations)
    {
        var open = 0;
        for (var i = 0; i < operations.Count; i++)
        {
            if (!OpensDescriptor(operations[i].Call))
            {
                continue;
            }

            if (open == OpenedBetweenSweeps)
            {
                _sweeps[i] = true;
                SweepCount++;
                open = 0;
            }

            open++;
        }
    }

    private void KeepInTurn(IReadOnlyList<PlanOperation> operations)
    {
        var free = new PriorityQueue<int, int>();
        var used = new PriorityQueue<int, int>();
        var next = FirstKept;
        var sweeps = new int[operations.Count];
        for (var i = 1; i < sweeps.Length; i++)
        {
            sweeps[i] = sweeps[i - 1] + (_sweeps[i] ? 1 : 0);
        }

        for (var i = 0; i < operations.Count; i++)
        {
            // An operation's arguments are read before its result is moved: the number of its last one is free.
            while (used.TryPeek(out var number, out var last) && last <= i)
            {
                used.Dequeue();
                free.Enqueue(number, number);
            }

            var opens = OpensDescriptor(operations[i].Call);
            if (!IsKept(operations[i], i) && !(opens && _uses[i] == 1 && sweeps[_lastUses[i]] > sweeps[i]))
            {
                continue;
            }

            // Where nothing was opened, nothing may be at its number, least of all what another has left there.
            var mine = free.Count > 0 && operations[i].Tolerated == 0 ? free.Dequeue() : next++;
            _keptNumbers[i] = mine;
            KeptCount++;
            if (operations[i].Keeping != Keeping.Always)
            {
                used.Enqueue(mine, _lastUses[i]);
            }
        }
    }

    private void Count(PlanArgument argument, int at)
    {
        switch (argument.Kind)
        {
            case PlanArgumentKind.Result:
                _uses[argument.Value] = (byte)Math.Min(_uses[argument.Value] + 1, 2);
                _lastUses[argument.Value] = at;
                break;
            case PlanArgumentKind.Block:
                foreach (var field in argument.Block.Fields)
                {
                    Count(field.Value, at);
                }

                break;
        }
    }

    private static bool OpensDescriptor(SystemCall call) => call is SystemCall.Openat or SystemCall.Openat2
        or SystemCall.OpenTree or SystemCall.Fsopen or SystemCall.Fsmount or SystemCall.Fspick or SystemCall.Dup
        or SystemCall.Fcntl or SystemCall.Ioctl or SystemCall.Socket or SystemCall.Eventfd2 or SystemCall.MemfdCreate
        or SystemCall.PidfdOpen or SystemCall.Seccomp;
}
