using System.Runtime.InteropServices;
using ShimService.Linux.Seccomp;

namespace ShimService.Linux.Tests.Seccomp;

/// <summary>
/// The reference: builds a profile with libseccomp the way runc does, and gives its program for our evaluator to run.
/// </summary>
internal static partial class LibSeccomp
{
    private const int UnknownName = -1;

    public static bool IsThere => NativeLibrary.TryLoad("libseccomp.so.2", out _);

    /// <summary>The installed library may be older than our table.</summary>
    public static bool Knows(string name) => ResolveName(name) != UnknownName;

    public static SeccompProgram Build(SeccompProfile profile, SeccompArchitecture machine)
    {
        nint context = Init(profile.DefaultVerdict.Value);
        Assert.NotEqual(0, context);
        try
        {
            // The reference may run on another kind of machine than the one it builds for.
            Assert.Equal(0, RemoveArchitecture(context, 0));
            foreach (SeccompArchitecture architecture in profile.Architectures.Append(machine).Distinct())
            {
                Assert.Equal(0, AddArchitecture(context, Token(architecture)));
            }

            foreach (SeccompRule rule in profile.Rules.Where(rule => rule.Verdict != profile.DefaultVerdict))
            {
                AddRule(context, rule);
            }

            return Export(context, profile.Flags);
        }
        finally
        {
            Release(context);
        }
    }

    private static void AddRule(nint context, SeccompRule rule)
    {
        bool twice = rule.Conditions.GroupBy(c => c.Argument).Any(group => group.Count() > 1);
        foreach (string name in rule.Names)
        {
            int number = ResolveName(name);
            if (number == UnknownName)
            {
                continue;
            }

            Comparison[] all = [.. rule.Conditions.Select(Convert)];
            foreach (Comparison[] together in twice ? all.Select(one => new[] { one }) : [all])
            {
                int result = AddRule(context, rule.Verdict.Value, number, (uint)together.Length, together);
                Assert.True(result is 0 or -17, $"seccomp_rule_add({name}) = {result}");
            }
        }
    }

    private static SeccompProgram Export(nint context, SeccompFlags flags)
    {
        string path = Path.GetTempFileName();
        try
        {
            using (FileStream file = File.OpenWrite(path))
            {
                Assert.Equal(0, ExportBpf(context, (int)file.SafeFileHandle.DangerousGetHandle()));
            }

            return new SeccompProgram(
                MemoryMarshal.Cast<byte, FilterInstruction>(File.ReadAllBytes(path)).ToArray(), flags);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Comparison Convert(SeccompCondition condition) => new()
    {
        Argument = (uint)condition.Argument,
        Operator = condition.Comparison switch
        {
            SeccompComparison.NotEqual => 1,
            SeccompComparison.LessThan => 2,
            SeccompComparison.LessOrEqual => 3,
            SeccompComparison.Equal => 4,
            SeccompComparison.GreaterOrEqual => 5,
            SeccompComparison.GreaterThan => 6,
            _ => 7,
        },
        A = condition.Value,
        B = condition.Second,
    };

    private static uint Token(SeccompArchitecture architecture) => architecture == SeccompArchitecture.X32
        ? 0x4000003E
        : SeccompArchitectures.Token(architecture);

    [LibraryImport("libseccomp.so.2", EntryPoint = "seccomp_init")]
    private static partial nint Init(uint action);

    [LibraryImport("libseccomp.so.2", EntryPoint = "seccomp_release")]
    private static partial void Release(nint context);

    [LibraryImport("libseccomp.so.2", EntryPoint = "seccomp_arch_add")]
    private static partial int AddArchitecture(nint context, uint token);

    [LibraryImport("libseccomp.so.2", EntryPoint = "seccomp_arch_remove")]
    private static partial int RemoveArchitecture(nint context, uint token);

    [LibraryImport("libseccomp.so.2", EntryPoint = "seccomp_syscall_resolve_name",
        StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ResolveName(string name);

    [LibraryImport("libseccomp.so.2", EntryPoint = "seccomp_rule_add_array")]
    private static partial int AddRule(nint context, uint action, int number, uint count, Comparison[] comparisons);

    [LibraryImport("libseccomp.so.2", EntryPoint = "seccomp_export_bpf")]
    private static partial int ExportBpf(nint context, int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct Comparison
    {
        public uint Argument;
        public int Operator;
        public ulong A;
        public ulong B;
    }
}
