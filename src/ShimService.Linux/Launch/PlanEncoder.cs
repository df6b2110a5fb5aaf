using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using ShimService.Linux.Native;

namespace ShimService.Linux.Launch;

/// <summary>
/// Writes a plan into a buffer as the stub reads it: the operations (prologue first), then texts and structures. Every
/// address in it is one of the child's memory, where the bytes will lie. For one launch.
/// </summary>
internal sealed unsafe class PlanEncoder : IDisposable
{
    private readonly LaunchPlan _plan;
    private readonly nint _childPid;
    private readonly nint _away;
    private readonly byte* _buffer;
    private readonly NativeOperation* _operations;
    private readonly byte* _end;
    private int _count;
    private byte* _cursor;
    private (IReadOnlyList<string>? Texts, nint Address) _args, _env;

    /// <param name="plan">What to write.</param>
    /// <param name="at">Where the child receives its message.</param>
    /// <param name="childPid">What <see cref="PlanArgument.ChildPid"/> stands for; 0 where the plan is not handed
    /// over.</param>
    public PlanEncoder(LaunchPlan plan, nint at, nint childPid)
    {
        _plan = plan;
        _childPid = childPid;
        var operations = 64 + plan.Layout.KeptCount + plan.Layout.SweepCount + plan.Operations.Count + 4;
        var size = 64L * 48 + ((long)operations * sizeof(NativeOperation));
        foreach (var operation in plan.OperationArray)
        {
            foreach (var argument in operation.Arguments)
            {
                size += UpperBound(argument);
            }
        }

        IsLarge = size > PlanMessage.LargestInline;
        at += IsLarge ? sizeof(NativeOperation) : 0;

        // SAFETY: zeroed, so that no byte of this process's memory gets into a child; freed by Dispose.
        _buffer = (byte*)NativeMemory.AllocZeroed(checked((nuint)size));
        _away = at - (nint)_buffer;
        _operations = (NativeOperation*)_buffer;
        _cursor = (byte*)(_operations + operations);
        _end = _buffer + size;
    }

    /// <summary>What has been written.</summary>
    public ReadOnlySpan<byte> Bytes => new(_buffer, checked((int)(_cursor - _buffer)));

    /// <summary>The child reads it from a file, by an operation that lies in front of it.</summary>
    public bool IsLarge { get; }

    /// <summary>The address of the first operation in the child.</summary>
    public nint Start => (nint)InChild(_buffer);

    /// <summary>How many operations stand before the plan's own.</summary>
    public int PrologueCount { get; private set; }

    /// <summary>Writes everything, once.</summary>
    /// <param name="ignoredSignals">Bit n - 1: signal n is ignored here and goes back to its default in the
    /// child.</param>
    public void Encode(ulong ignoredSignals)
    {
        WritePrologue(ignoredSignals);
        PrologueCount = _count;
        var operations = _plan.OperationArray;
        Span<int> positions = operations.Length <= 512 ? stackalloc int[operations.Length] : new int[operations.Length];
        for (var i = 0; i < operations.Length; i++)
        {
            // SAFETY: the constructor made room for every operation of this plan and the prologue.
            if (_plan.Layout.IsSwept(i))
            {
                var sweep = Next(SystemCall.CloseRange);
                sweep->Arguments[0] = _plan.Layout.FirstOpened;
                sweep->Arguments[1] = _plan.Layout.FirstKept - 1;
            }

            positions[i] = _count;
            var operation = operations[i];
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
                native->Store = InChild(&keep->Arguments[0]);
            }
        }
    }

    public void Dispose() => NativeMemory.Free(_buffer);

    // The message's descriptors are at 0, 1, 2, 3, … already.
    private void WritePrologue(ulong ignoredSignals)
    {
        const long closeOnExec = 0x80000;
        // SAFETY: every operation below is one the constructor made room for, and Take's memory is of the asked size.
        var place = Next(SystemCall.Dup3);
        place->Arguments[0] = FirstOperations.SyncNumber;
        place->Arguments[1] = _plan.SyncDescriptor;
        place->Arguments[2] = closeOnExec;
        var close = Next(SystemCall.CloseRange);
        close->Arguments[0] = _plan.SyncDescriptor + 1;
        close->Arguments[1] = uint.MaxValue;
        if (ignoredSignals != 0)
        {
            const int actionSize = 32;
            var defaultAction = (nint)InChild(Take(actionSize));
            for (var mask = ignoredSignals; mask != 0; mask &= mask - 1)
            {
                var restore = Next(SystemCall.RtSigaction);
                restore->Arguments[0] = BitOperations.TrailingZeroCount(mask) + 1;
                restore->Arguments[1] = defaultAction;
                restore->Arguments[3] = (long)NativeSignals.MaskSize;
            }
        }
    }

    private NativeOperation* Next(SystemCall call)
    {
        // SAFETY: the constructor made room for as many operations as the plan and its prologue have.
        var operation = _operations + _count++;
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
                _operations[positions[(int)argument.Value]].Store = InChild(slot);
                break;
            case PlanArgumentKind.AnyResult:
                *slot = -1;
                foreach (var operation in argument.Operations)
                {
                    _operations[positions[operation]].Store = InChild(slot);
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
        var address = (nint)InChild(_cursor);
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

        var address = (nint)InChild(array);
        _args = _env;
        _env = (texts, address);
        return address;
    }

    private nint WriteBlock(PlanBlock block, ReadOnlySpan<int> positions)
    {
        var start = Take(block.Bytes.Length);
        block.Bytes.CopyTo(new Span<byte>(start, block.Bytes.Length));
        foreach (var field in block.Fields)
        {
            Fill((long*)(start + field.Offset), field.Value, positions);
        }

        return (nint)InChild(start);
    }

    private byte* InChild(byte* local) => local + _away;

    private long* InChild(long* local) => (long*)((nint)local + _away);

    // SAFETY: every pointer this class writes through lies in the buffer: the constructor took the upper bound of all
    // sizes, and Take and WriteText check it.
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
