using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using ShimService.Oci.Model;

namespace ShimService.Engine.Compile.Seccomp;

/// <summary>
/// The whole content of a profile as bytes, in a lent buffer until disposed. Every text and list has its length before
/// it, so no two profiles have the same bytes.
/// </summary>
internal ref struct SeccompKey
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
    private int _length;

    public SeccompKey(LinuxSeccomp seccomp)
    {
        Add((uint)seccomp.DefaultAction);
        Add(seccomp.DefaultErrnoRet);
        Add(seccomp.Flags is null ? uint.MaxValue : (uint)seccomp.Flags.Count);
        for (int i = 0; i < seccomp.Flags?.Count; i++)
        {
            Add((uint)seccomp.Flags[i]);
        }

        Add(seccomp.Architectures);
        Add((uint)seccomp.Syscalls.Count);
        for (int i = 0; i < seccomp.Syscalls.Count; i++)
        {
            LinuxSyscallRule rule = seccomp.Syscalls[i];
            Add((uint)rule.Action);
            Add(rule.ErrnoRet);
            Add(rule.Names);
            Add((uint)rule.Args.Count);
            for (int j = 0; j < rule.Args.Count; j++)
            {
                LinuxSeccompArg arg = rule.Args[j];
                Add(arg.Index);
                Add((uint)arg.Op);
                Add(arg.Value);
                Add(arg.ValueTwo);
            }
        }
    }

    public readonly ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    public readonly void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void Add(IReadOnlyList<string> texts)
    {
        Add((uint)texts.Count);
        for (int i = 0; i < texts.Count; i++)
        {
            string text = texts[i];
            Reserve((text.Length * 3) + sizeof(uint));
            int length = Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length + sizeof(uint)));
            Add((uint)length);
            _length += length;
        }
    }

    private void Add(uint? number)
    {
        Add(number is null ? 0U : 1);
        Add(number ?? 0);
    }

    private void Add(uint number)
    {
        Reserve(sizeof(uint));
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(_length), number);
        _length += sizeof(uint);
    }

    private void Add(ulong number)
    {
        Add((uint)number);
        Add((uint)(number >> 32));
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _length < bytes)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent((_buffer.Length + bytes) * 2);
            Bytes.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }
}
