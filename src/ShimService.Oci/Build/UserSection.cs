namespace ShimService.Oci.Build;

/// <summary>The user as two numbers. Names would be looked up in files of the image, which is not done yet.</summary>
internal static class UserSection
{
    internal static (uint Uid, uint Gid) Parse(string user)
    {
        const string field = "config.user";
        if (user.Length == 0)
        {
            return (0, 0);
        }

        var colon = user.IndexOf(':', StringComparison.Ordinal);
        var uid = Number(colon < 0 ? user : user[..colon], user, field);
        var gid = colon < 0 ? 0 : Number(user[(colon + 1)..], user, field);
        return (uid, gid);
    }

    // Strict: a misread user is a wrong identity (CVE-2026-30892 of crun).
    private static uint Number(string text, string user, string field)
    {
        foreach (var letter in text)
        {
            if (!char.IsAsciiDigit(letter))
            {
                throw new SpecException(
                    field,
                    $"\"{user}\" must be numeric, \"uid\" or \"uid:gid\": names are not supported yet",
                    SpecProblem.Unsupported);
            }
        }

        return uint.TryParse(text, out var number) && number != uint.MaxValue
            ? number
            : throw new SpecException(field, $"\"{user}\" is not \"uid\" or \"uid:gid\"");
    }
}
