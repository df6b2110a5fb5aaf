namespace ShimService.Architecture.Tests.Support;

internal static class Offences
{
    /// <summary>Fails with every offence, one a line, so that one run shows all there is to mend.</summary>
    public static void AssertNone(IEnumerable<string> offences) =>
        Assert.True(!offences.Any(), string.Join('\n', offences.Prepend("").Order()));
}
