using System.Buffers.Binary;
using ShimService.Engine.Compile.Input;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Sections;

/// <summary>
/// process.terminal: a pseudo terminal of the container's own devpts, as stdio, as controlling terminal and as
/// /dev/console. The peer comes from the master itself, never from a path (CVE-2025-52565).
/// </summary>
internal static class TerminalSection
{
    /// <summary>
    /// Answers the master, kept under a number of its own for the engine to fetch; null without a terminal.
    /// </summary>
    internal static PlanResult? Append(Compilation compilation)
    {
        var process = compilation.Process;
        if (!process.Terminal)
        {
            return null;
        }

        const string step = "open the terminal";
        var multiplexer = compilation.Tree.Existing(step, Clauses.Console, "/dev/pts/ptmx");
        var master = multiplexer.Open(compilation.Plan, step, Clauses.Console,
            OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal | OpenFlags.CloseOnExec, "/dev/pts/ptmx").Keep();
        var peer = Peer(compilation.Plan, process, master);
        BindConsole(compilation, peer);
        Adopt(compilation.Plan, peer);
        return master;
    }

    /// <summary>Unlocks and sizes a master, and opens its other end.</summary>
    internal static PlanResult Peer(PlanBuilder plan, ProcessSpec process, PlanResult master)
    {
        plan.Call(
            "unlock the terminal", Clauses.Console, SystemCall.Ioctl, master, KernelValues.LockTerminal, new byte[4]);
        if (process.ConsoleSize is { } size)
        {
            // struct winsize: rows, columns, and two unused.
            var bytes = new byte[8];
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, size.Height);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), size.Width);
            plan.Call("set the size of the terminal", Clauses.Console, SystemCall.Ioctl, master,
                KernelValues.SetWindowSize, bytes);
        }

        return plan.Call("open the terminal's other end", Clauses.Console, SystemCall.Ioctl, master,
            KernelValues.GetTerminalPeer, OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal);
    }

    /// <summary>Makes the terminal the session's, and the three streams.</summary>
    internal static void Adopt(PlanBuilder plan, PlanResult peer)
    {
        Control(plan, peer);
        Place(plan, peer);
    }

    /// <summary>The session's own terminal; by the process that started the session.</summary>
    internal static void Control(PlanBuilder plan, PlanArgument peer) => plan.Call(
        "make the terminal the controlling one", Clauses.Console, SystemCall.Ioctl, peer,
        KernelValues.SetControllingTerminal, 0);

    internal static void Place(PlanBuilder plan, PlanResult peer)
    {
        for (var stream = 0; stream < 3; stream++)
        {
            plan.Call("put the terminal at stdio", Clauses.Console, SystemCall.Dup3, peer, stream, 0);
        }
    }

    private static void BindConsole(Compilation compilation, PlanResult peer)
    {
        const string step = "mount /dev/console";
        var tree = compilation.Plan.Call(step, Clauses.Console, SystemCall.OpenTree, peer, "",
            TreeFlags.Clone | TreeFlags.EmptyPath | TreeFlags.CloseOnExec);
        compilation.Tree.Target(step, Clauses.Console, "/dev/console", PathKind.File)
            .Mount(compilation.Plan, step, Clauses.Console, tree, "/dev/console");
    }
}
