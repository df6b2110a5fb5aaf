using System.Buffers;

namespace ShimService.Rpc.Ttrpc;

/// <summary>Bytes in a pooled array. Whoever holds it last gives it back, once.</summary>
internal readonly struct Payload
{
    private readonly byte[]? _rented;

    private Payload(byte[]? rented, int length)
    {
        _rented = rented;
        Length = length;
    }

    public static Payload Empty => default;

    public int Length { get; }

    public Span<byte> Span => _rented.AsSpan(0, Length);

    public Memory<byte> Memory => _rented.AsMemory(0, Length);

    public static Payload Rent(int length) => length == 0 ? Empty : new(ArrayPool<byte>.Shared.Rent(length), length);

    public void Return()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }
}
