using System.Buffers.Binary;
using System.Globalization;
using ShimService.Linux.Abi;

namespace ShimService.Linux.Launch;

/// <summary>
/// One argument of a planned system call. Numbers go in as they are; everything else becomes a pointer into the
/// plan's own memory (texts NUL-terminated UTF-8), the result of an earlier operation, or a placed descriptor.
/// </summary>
public readonly struct PlanArgument
{
    private readonly object? _payload;

    private PlanArgument(PlanArgumentKind kind, long value, object? payload)
    {
        Kind = kind;
        Value = value;
        _payload = payload;
    }

    internal PlanArgumentKind Kind { get; }

    /// <summary>The number; for a result the operation's index, for a descriptor its ordinal.</summary>
    internal long Value { get; }

    internal string Text => (string)_payload!;

    internal IReadOnlyList<string> TextList => (IReadOnlyList<string>)_payload!;

    internal IReadOnlyList<int> Operations => (IReadOnlyList<int>)_payload!;

    internal PlanBlock Block => (PlanBlock)_payload!;

    internal FlagNames? Names => _payload as FlagNames;

    /// <summary>A number with a table that spells its bits in listings.</summary>
    public static PlanArgument Flags(long value, FlagNames names) => new(PlanArgumentKind.Number, value, names);

    /// <summary>
    /// A string. Errors: ArgumentException when it holds a NUL, which would cut it short in the kernel.
    /// </summary>
    public static PlanArgument FromText(string text)
    {
        RefuseNul(text);
        return new PlanArgument(PlanArgumentKind.Text, 0, text);
    }

    /// <summary>A NULL-terminated array of strings, as execve takes it. Errors: as <see cref="FromText"/>.</summary>
    public static PlanArgument FromTexts(IReadOnlyList<string> texts)
    {
        for (var i = 0; i < texts.Count; i++)
        {
            RefuseNul(texts[i]);
        }

        return new PlanArgument(PlanArgumentKind.Texts, 0, texts);
    }

    /// <summary>A pointer to a copy of these bytes.</summary>
    public static PlanArgument FromBytes(byte[] bytes) => FromBlock(new PlanBlock(bytes));

    /// <summary>A pointer to a structure, whose fields may hold pointers and results themselves.</summary>
    public static PlanArgument FromBlock(PlanBlock block) => new(PlanArgumentKind.Block, 0, block);

    /// <summary>A pointer to <paramref name="size"/> zeroed bytes for the kernel to write into.</summary>
    public static PlanArgument Scratch(int size) =>
        FromBlock(
            new PlanBlock(new byte[size]) { Label = string.Create(CultureInfo.InvariantCulture, $"buf[{size}]") });

    /// <summary>openat2's struct open_how; its size argument is <see cref="OpenHowSize"/>.</summary>
    public static PlanArgument OpenHow(OpenFlags flags, ResolveFlags resolve, int mode = 0)
    {
        var how = new byte[OpenHowSize];
        BinaryPrimitives.WriteInt64LittleEndian(how.AsSpan(8), mode);
        BinaryPrimitives.WriteInt64LittleEndian(how.AsSpan(16), (long)resolve);
        var label = mode == 0
            ? $"{{{FlagNames.Open.Spell((long)flags)}, {FlagNames.Resolve.Spell((long)resolve)}}}"
            : $"{{{FlagNames.Open.Spell((long)flags)}, 0{Convert.ToString(mode, 8)}, {FlagNames.Resolve.Spell((long)resolve)}}}";
        return FromBlock(new PlanBlock(how) { Label = label, Fields = [new PlanField(0, flags)] });
    }

    /// <summary>sizeof(struct open_how).</summary>
    public const int OpenHowSize = 24;

    /// <summary>Where the kernel writes the pid of the process that a plan is handed over to.</summary>
    internal static PlanArgument ChildPid => new(PlanArgumentKind.ChildPid, 0, null);

    internal static PlanArgument FromResult(int operation) => new(PlanArgumentKind.Result, operation, null);

    /// <summary>The result of the last of these operations that succeeded; -1 when none did.</summary>
    internal static PlanArgument FromAny(IReadOnlyList<int> operations) =>
        new(PlanArgumentKind.AnyResult, 0, operations);

    internal static PlanArgument FromDescriptor(int ordinal) => new(PlanArgumentKind.Descriptor, ordinal, null);

    public static implicit operator PlanArgument(long number) => new(PlanArgumentKind.Number, number, null);

    public static implicit operator PlanArgument(string text) => FromText(text);

    public static implicit operator PlanArgument(byte[] bytes) => FromBytes(bytes);

    public static implicit operator PlanArgument(PlanResult result) => FromResult(result.Operation);

    public static implicit operator PlanArgument(PlanDescriptor descriptor) => FromDescriptor(descriptor.Ordinal);

    public static implicit operator PlanArgument(OpenFlags flags) => Flags((long)flags, FlagNames.Open);

    public static implicit operator PlanArgument(MountFlags flags) => Flags((long)flags, FlagNames.Mount);

    public static implicit operator PlanArgument(UnmountFlags flags) => Flags((long)flags, FlagNames.Unmount);

    public static implicit operator PlanArgument(MountAttributes flags) => Flags((long)flags, FlagNames.Attributes);

    public static implicit operator PlanArgument(MoveMountFlags flags) => Flags((long)flags, FlagNames.MoveMount);

    public static implicit operator PlanArgument(TreeFlags flags) => Flags((long)flags, FlagNames.Tree);

    public static implicit operator PlanArgument(NamespaceFlags flags) => Flags((long)flags, FlagNames.Namespaces);

    public static implicit operator PlanArgument(PathFlags flags) => Flags((long)flags, FlagNames.Path);

    public static implicit operator PlanArgument(FsconfigCommand command) => Flags((long)command, FlagNames.Fsconfig);

    public static implicit operator PlanArgument(ProcessControl option) =>
        Flags((long)option, FlagNames.ProcessControls);

    private static void RefuseNul(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException(
                "a text of a plan holds a NUL byte, where the kernel would cut it", nameof(text));
        }
    }
}
