namespace ShimService.Rpc.Ttrpc;

/// <summary>One frame as it came. With <see cref="TooLarge"/> its bytes were read and dropped.</summary>
internal readonly record struct Frame(FrameHeader Header, Payload Payload, bool TooLarge);
