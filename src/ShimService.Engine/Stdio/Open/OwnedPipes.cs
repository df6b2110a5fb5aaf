using ShimService.Linux.Stdio;

namespace ShimService.Engine.Stdio.Open;

/// <summary>Pipes between us (or a logger) and a container. Errors: KernelException.</summary>
internal static class OwnedPipes
{
    /// <summary>
    /// A pipe with blocking ends that belongs to the user who must be able to open /dev/stdout again.
    /// </summary>
    public static PipeEnds Make(StdioOwner owner)
    {
        var pipe = Descriptors.CreatePipe();
        if (owner != default)
        {
            try
            {
                Descriptors.ChangeOwner(pipe.Read, owner.Uid, owner.Gid);
            }
            catch
            {
                pipe.Read.Dispose();
                pipe.Write.Dispose();
                throw;
            }
        }

        return pipe;
    }
}
