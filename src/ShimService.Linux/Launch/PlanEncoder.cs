using System.Numerics;
using System.Text;
using ShimService.Linux.Native;

namespace ShimService.Linux.Launch;

/// <summary>
/// Writes a plan into native memory as the stub reads it: clone_args, then the operations (prologue first), then
/// texts and structures. One per launcher thread; everything is overwritten by the next launch.
/// </summary>
internal sealed unsafe class PlanEncoder : IDisposable
{
    private const int OperationsOffset = 128;

    private readonly PlanRegion _region = new();
    private LaunchPlan _plan = null!;
    private NativeOperation* _operations;
    private int _count;
    private int _reserved;
    private byte* _cursor;
    private byte* _end;
    private byte* _written;
    private nint _childPid;
    private (IReadOnlyList<string>? Texts, nint Address) _args, _env;

    public MemoryRange Range => _region.Range;

    public NativeCloneArguments* CloneArguments => (NativeCloneArguments*)_region.Range.Start;

    /// <summary>Where clone3 puts the pidfd.</summary>
    public int* PidFd => (int*)(_region.Range.Start + sizeof(NativeCloneArguments));

    public NativeOperation* Operations => _operations;

    /// <summary>How many operations stand before the plan's own.</summary>
    public int PrologueCount { get; private set; }

    /// <summary>Makes room, so that <see cref="Range"/> is settled before the prologue is put together.</summary>
    public void Reserve(LaunchPlan plan, int descriptors)
    {
        _plan = plan;
        var size = (long)OperationsOffset + (64 * 48);
        var operations = 64 + plan.Layout.KeptCount + plan.Operations.Count + (2 * descriptors);
        size += (long)operations * sizeof(NativeOperation);
        foreach (var operation in plan.OperationArray)
        {
            foreach (var argument in operation.Arguments)
            {
                size += UpperBound(argument);
            }
        }

        var before = _region.Range.Start;
        _region.Reserve(checked((int)size));
        _operations = (NativeOperation*)(_region.Range.Start + OperationsOffset);
        _cursor = (byte*)(_operations + operations);
        _end = (byte*)_region.Range.End;
        _written = _region.Range.Start == before ? _written : (byte*)_operations;
        _count = 0;
        _reserved = operations;
        _args = _env = default;
    }

    /// <summary>Writes everything; <see cref="Reserve"/> came first with the same plan.</summary>
    public void Encode(PlanPrologue prologue)
    {
        _childPid = prologue.ChildPid;
        WritePrologue(prologue);
        PrologueCount = _count;
        var operations = _plan.OperationArray;
        Span<int> positions = operations.Length <= 512 ? stackalloc int[operations.Length] : new int[operations.Length];
        for (var i = 0; i < operations.Length; i++)
        {
            positions[i] = _count;
            var operation = operations[i];
            // SAFETY: Reserve made room for every operation of this plan and the prologue; Next hands it out in order.
            var native = Next(operation.Call);
            native->Minimum = operation.Minimum;
            native->Tolerated = operation.Tolerated | (operation.HandsOver ? NativeOperation.EndsParent : 0);
            for (var a = 0; a < operation.Arguments.Length; a++)
            {
                Fill(&native->Arguments[a], operation.Arguments[a], positions);
            }

            if (_plan.Layout.KeptNumber(i) is > 0 and var number)
            {
                const long closeOnExec = 0x80000;
                var keep = Next(SystemCall.Dup3);
                keep->Arguments[0] = -1;
                keep->Arguments[1] = number;
                keep->Arguments[2] = closeOnExec;
                keep->Tolerated = operation.Tolerated == 0 ? 0 : 1UL << (int)Errors.Errno.EBADF;
                native->Store = &keep->Arguments[0];
            }
        }

        Forget();
    }

    public void Dispose() => _region.Dispose();

    // What is left of the launch before may be another container's, and the child gets a copy of these pages.
    private void Forget()
    {
        // SAFETY: from the last operation to the first text, and from the last text to where an earlier launch ended,
        // all inside the region.
        new Span<NativeOperation>(_operations + _count, _reserved - _count).Clear();
        if (_written > _cursor)
        {
            new Span<byte>(_cursor, (int)(_written - _cursor)).Clear();
        }

        _written = _cursor;
    }

    private void WritePrologue(PlanPrologue prologue)
    {
        // SAFETY: every operation below is one that Reserve made room for, and Take's memory is of the asked size.
        foreach (var range in prologue.Cleared)
        {
            var unmap = Next(SystemCall.Munmap);
            unmap->Arguments[0] = range.Start;
            unmap->Arguments[1] = range.Length;
        }

        if (prologue.ParentDeath == ParentDeath.Die)
        {
            const long setParentDeathSignal = 1, kill = 9;
            var tie = Next(SystemCall.Prctl);
            tie->Arguments[0] = setParentDeathSignal;
            tie->Arguments[1] = kill;
        }

        WriteDescriptors(prologue.Descriptors);
        if (prologue.IgnoredSignals != 0)
        {
            const int actionSize = 32;
            var defaultAction = (nint)Take(actionSize);
            new Span<byte>((void*)defaultAction, actionSize).Clear();
            for (var mask = prologue.IgnoredSignals; mask != 0; mask &= mask - 1)
            {
                var restore = Next(SystemCall.RtSigaction);
                restore->Arguments[0] = BitOperations.TrailingZeroCount(mask) + 1;
                restore->Arguments[1] = defaultAction;
                restore->Arguments[3] = (long)NativeSignals.MaskSize;
            }
        }
    }

    // A source below the highest wanted number might be overwritten before its turn: it is moved out of the way.
    private void WriteDescriptors(ReadOnlySpan<int> sources)
    {
        const long duplicate = 0, setFlags = 2, closeOnExec = 0x80000;
        // SAFETY: Reserve counted three operations for each descriptor; moved holds none but addresses of those.
        var above = sources.Length;
        Span<nint> moved = stackalloc nint[sources.Length];
        for (var i = 0; i < sources.Length; i++)
        {
            if (sources[i] < above && sources[i] != i)
            {
                var move = Next(SystemCall.Fcntl);
                move->Arguments[0] = sources[i];
                move->Arguments[1] = duplicate;
                move->Arguments[2] = above;
                moved[i] = (nint)move;
            }
        }

        for (var i = 0; i < sources.Length; i++)
        {
            var isSync = i == sources.Length - 1;
            if (sources[i] == i)
            {
                var flags = Next(SystemCall.Fcntl);
                flags->Arguments[0] = i;
                flags->Arguments[1] = setFlags;
                flags->Arguments[2] = isSync ? 1 : 0;
                continue;
            }

            var place = Next(SystemCall.Dup3);
            place->Arguments[0] = sources[i];
            place->Arguments[1] = i;
            place->Arguments[2] = isSync ? closeOnExec : 0;
            if (moved[i] != 0)
            {
                ((NativeOperation*)moved[i])->Store = &place->Arguments[0];
            }
        }

        var close = Next(SystemCall.CloseRange);
        close->Arguments[0] = above;
        close->Arguments[1] = uint.MaxValue;
    }

    private NativeOperation* Next(SystemCall call)
    {
        // SAFETY: Reserve made room for as many operations as the plan and its prologue have.
        var operation = _operations + _count++;
        *operation = default;
        operation->Number = SystemCalls.Number(call);
        return operation;
    }

    private void Fill(long* slot, PlanArgument argument, ReadOnlySpan<int> positions)
    {
        // SAFETY: the slot is an argument of an operation that Next has handed out.
        switch (argument.Kind)
        {
            case PlanArgumentKind.Number:
                *slot = argument.Names == FlagNames.Open
                    ? NativeOpenFlags.Translate((Abi.OpenFlags)argument.Value)
                    : argument.Value;
                break;
            case PlanArgumentKind.Text:
                *slot = WriteText(argument.Text);
                break;
            case PlanArgumentKind.Texts:
                *slot = WriteTexts(argument.TextList);
                break;
            case PlanArgumentKind.Block:
                *slot = WriteBlock(argument.Block, positions);
                break;
            case PlanArgumentKind.Result when _plan.Layout.KeptNumber((int)argument.Value) is > 0 and var number:
                *slot = number;
                break;
            case PlanArgumentKind.Result:
                *slot = -1;
                _operations[positions[(int)argument.Value]].Store = slot;
                break;
            case PlanArgumentKind.AnyResult:
                *slot = -1;
                foreach (var operation in argument.Operations)
                {
                    _operations[positions[operation]].Store = slot;
                }

                break;
            case PlanArgumentKind.ChildPid:
                *slot = _childPid;
                break;
            case PlanArgumentKind.Descriptor:
                *slot = argument.Value switch
                {
                    PlanDescriptors.Sync => _plan.SyncDescriptor,
                    PlanDescriptors.BeforeSync => _plan.SyncDescriptor - 1,
                    PlanDescriptors.AfterSync => _plan.SyncDescriptor + 1,
                    var ordinal => ordinal,
                };
                break;
        }
    }

    private nint WriteText(string text)
    {
        var space = new Span<byte>(_cursor, (int)Math.Min(_end - _cursor, int.MaxValue));
        var length = Encoding.UTF8.GetBytes(text, space);
        space[length] = 0;
        var address = (nint)_cursor;
        _cursor += length + 1;
        return address;
    }

    private nint WriteTexts(IReadOnlyList<string> texts)
    {
        if (ReferenceEquals(texts, _args.Texts))
        {
            return _args.Address;
        }

        if (ReferenceEquals(texts, _env.Texts))
        {
            return _env.Address;
        }

        var array = (long*)Take((texts.Count + 1) * sizeof(long));
        for (var i = 0; i < texts.Count; i++)
        {
            array[i] = WriteText(texts[i]);
        }

        array[texts.Count] = 0;
        _args = _env;
        _env = (texts, (nint)array);
        return (nint)array;
    }

    private nint WriteBlock(PlanBlock block, ReadOnlySpan<int> positions)
    {
        var start = Take(block.Bytes.Length);
        block.Bytes.CopyTo(new Span<byte>(start, block.Bytes.Length));
        foreach (var field in block.Fields)
        {
            Fill((long*)(start + field.Offset), field.Value, positions);
        }

        return (nint)start;
    }

    // SAFETY: every pointer this class writes through lies in the region: Reserve took the upper bound of all sizes,
    // and Take and WriteText check it.
    private byte* Take(int size)
    {
        var start = (byte*)(((nint)_cursor + 7) & ~7);
        _cursor = start + size;
        return _cursor <= _end ? start : throw new InvalidOperationException("the plan outgrew its memory");
    }

    private static long UpperBound(PlanArgument argument)
    {
        switch (argument.Kind)
        {
            case PlanArgumentKind.Text:
                return (3L * argument.Text.Length) + 8;
            case PlanArgumentKind.Texts:
                var texts = 32L;
                foreach (var text in argument.TextList)
                {
                    texts += (3L * text.Length) + 16;
                }

                return texts;
            case PlanArgumentKind.Block:
                var block = argument.Block.Bytes.Length + 16L;
                foreach (var field in argument.Block.Fields)
                {
                    block += UpperBound(field.Value);
                }

                return block;
            default:
                return 0;
        }
    }
}
