namespace ShimService.Cli.Output;

/// <summary>What the daemon dropped or doubts, for the person who asked for it.</summary>
internal static class Warnings
{
    public static void Tell(IEnumerable<string> warnings)
    {
        foreach (string warning in warnings)
        {
            Console.Error.WriteLine($"WARNING: {warning}");
        }
    }
}
