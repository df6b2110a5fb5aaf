namespace ShimService.VirtualMachine;

/// <summary>Which tests are asked for: any of the words, none of those that begin with a minus.</summary>
internal sealed class NameFilter(IEnumerable<string> words)
{
    private readonly string[] _wanted = [.. words.Where(word => !word.StartsWith('-'))];
    private readonly string[] _left = [.. words.Where(word => word.StartsWith('-')).Select(word => word[1..])];

    public bool Takes(string name) =>
        (_wanted.Length == 0 || _wanted.Any(word => name.Contains(word, StringComparison.Ordinal)))
        && !_left.Any(word => name.Contains(word, StringComparison.Ordinal));
}
