using ShimService.Linux.Native;

namespace ShimService.Linux.Launch;

/// <summary>
/// What a child does before it has a plan, the same for every plan: gives up all memory but its own, ties its life to
/// the launcher's where asked, gives up all descriptors but the sync socket, and waits there for one message that holds
/// the plan and its descriptors. The plan lies right behind the last of these operations.
/// </summary>
internal static unsafe class FirstOperations
{
    /// <summary>
    /// The sync socket's number until the plan gives it its own: above every descriptor a message can carry.
    /// </summary>
    public const int SyncNumber = 255;

    private const int Last = 22;

    /// <summary>Returns the first operation's address, to start the stub at.</summary>
    /// <param name="memory">Of the launcher thread.</param>
    /// <param name="cleared">Unmapped first.</param>
    /// <param name="sync">The child's end of the sync socket, as it is born with it.</param>
    /// <param name="parentDeath">Of the launcher thread.</param>
    /// <param name="between">What a process between the launcher and the child does; none without namespaces.</param>
    public static NativeOperation* Write(
        ChildMemory memory, ReadOnlySpan<MemoryRange> cleared, int sync, ParentDeath parentDeath, in SecondClone between)
    {
        const long setParentDeathSignal = 1, kill = 9;
        // SAFETY: the operations end where the plan begins and take less than the head, whose first half is
        // clone_args and the message header; all addresses below lie in it.
        var count = cleared.Length + between.OperationCount + (parentDeath == ParentDeath.Die ? 1 : 0) + 3;
        if (count > Last)
        {
            throw new InvalidOperationException($"{count} first operations");
        }

        var first = (NativeOperation*)memory.Plan - count;
        var next = first;
        foreach (var range in cleared)
        {
            *next++ = Operation(SystemCall.Munmap, range.Start, range.Length);
        }

        // What it sets of itself for the parent's death would not reach the child.
        next = between.Write(memory, next);
        if (parentDeath == ParentDeath.Die)
        {
            *next++ = Operation(SystemCall.Prctl, setParentDeathSignal, kill);
        }

        *next++ = Operation(SystemCall.Dup3, sync, SyncNumber);
        *next++ = Operation(SystemCall.CloseRange, 0, SyncNumber - 1);
        *next = Operation(SystemCall.Recvmsg, SyncNumber, WriteMessage(memory));
        // End-of-file, when the launcher is gone, must not be taken for a plan.
        next->Minimum = sizeof(NativeOperation);
        return first;
    }

    private static nint WriteMessage(ChildMemory memory)
    {
        const int offset = 512, controlOffset = 1024;
        // SAFETY: struct msghdr, one iovec and room for 253 descriptors, all in the head's first half.
        var message = (SocketMessage*)(memory.Head + offset);
        var segment = (SocketSegment*)(message + 1);
        *segment = new SocketSegment { Start = (byte*)memory.Plan, Length = ChildMemory.PlanLength };
        *message = new SocketMessage
        {
            Segments = segment,
            SegmentCount = 1,
            Control = (byte*)(memory.Head + controlOffset),
            ControlLength = PlanMessage.LongestControl,
        };
        return (nint)message;
    }

    internal static NativeOperation Operation(SystemCall call, long first, long second)
    {
        var operation = new NativeOperation { Number = SystemCalls.Number(call) };
        operation.Arguments[0] = first;
        operation.Arguments[1] = second;
        return operation;
    }
}
