namespace ShimService.Linux.Tests.Support;

/// <summary>A test that needs a program on PATH; without it, it is skipped and says so.</summary>
public sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(string program)
    {
        foreach (var directory in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'))
        {
            if (File.Exists(Path.Combine(directory, program)))
            {
                return;
            }
        }

        Skip = $"{program} is not installed";
    }
}
