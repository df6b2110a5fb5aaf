using System.Text;
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
        byte[] key = Key(seccomp);
        lock (_lock)
        {
            int found = _programs.FindIndex(kept => kept.Key.AsSpan().SequenceEqual(key));
            if (found >= 0)
            {
                return _programs[found].Program;
            }
        }

        SeccompProgram program = CompileNew(seccomp);
        lock (_lock)
        {
            if (_programs.Count == Kept)
            {
                _programs.RemoveAt(0);
            }

            _programs.Add((key, program));
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

    // Lengths stand before what a caller wrote, so that no two profiles have the same text.
    private static byte[] Key(LinuxSeccomp seccomp)
    {
        StringBuilder text = new();
        text.Append((int)seccomp.DefaultAction).Append(',').Append(seccomp.DefaultErrnoRet);
        text.Append(seccomp.Flags is null ? '-' : '+');
        foreach (SeccompFlag flag in seccomp.Flags ?? [])
        {
            text.Append((int)flag).Append(',');
        }

        foreach (string architecture in seccomp.Architectures)
        {
            text.Append(architecture.Length).Append(':').Append(architecture);
        }

        foreach (LinuxSyscallRule rule in seccomp.Syscalls)
        {
            text.Append('\n').Append((int)rule.Action).Append(',').Append(rule.ErrnoRet);
            foreach (string name in rule.Names)
            {
                text.Append(' ').Append(name.Length).Append(':').Append(name);
            }

            foreach (LinuxSeccompArg arg in rule.Args)
            {
                text.Append('|').Append(arg.Index).Append(',').Append((int)arg.Op).Append(',').Append(arg.Value)
                    .Append(',').Append(arg.ValueTwo);
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
