namespace ShimService.Daemon.Hosting;

/// <summary>What shimd ends with. Usage is EX_USAGE of sysexits.h.</summary>
internal static class ExitStatus
{
    public const int Fine = 0;
    public const int CannotStart = 1;
    public const int Usage = 64;
}
