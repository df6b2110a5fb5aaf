using ShimService.Linux.Seccomp;
using ShimService.Oci.Model;
using ShimService.Tasks.Errors;

namespace ShimService.Engine.Compile.Seccomp;

/// <summary>
/// Compiled filters, the last few kept: the containers of a shim mostly share one profile. The key is the profile's
/// whole content, not a hash of it, so that nobody gets another's filter. Any thread.
/// </summary>
public sealed class SeccompPrograms
{
    private const int Kept = 8;

    private readonly Lock _lock = new();
    private readonly List<(byte[] Key, SeccompProgram Program)> _programs = [];

    /// <summary>Errors: <see cref="TaskException"/> for a profile that cannot be compiled.</summary>
    public SeccompProgram Compile(LinuxSeccomp seccomp)
    {
        // Every launch asks, nearly all for what is here: so the key is written to a lent buffer and only then kept.
        using SeccompKey key = new(seccomp);
        lock (_lock)
        {
            foreach ((byte[] kept, SeccompProgram found) in _programs)
            {
                if (key.Bytes.SequenceEqual(kept))
                {
                    return found;
                }
            }
        }

        SeccompProgram program = CompileNew(seccomp);
        lock (_lock)
        {
            if (_programs.Count == Kept)
            {
                _programs.RemoveAt(0);
            }

            _programs.Add((key.Bytes.ToArray(), program));
        }

        return program;
    }

    private static SeccompProgram CompileNew(LinuxSeccomp seccomp)
    {
        try
        {
            return SeccompCompiler.Compile(SeccompTranslation.Translate(seccomp));
        }
        catch (SeccompProfileException refused)
        {
            throw new TaskException(
                ErrorKind.InvalidArgument, ErrorReason.InvalidSpec, $"linux.seccomp: {refused.Message}", refused)
            {
                Field = "linux.seccomp",
            };
        }
    }
}
