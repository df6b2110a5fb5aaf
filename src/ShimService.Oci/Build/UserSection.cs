using ShimService.Oci.Build.Users;
using ShimService.Oci.Model;

namespace ShimService.Oci.Build;

/// <summary>
/// The user, "user" or "user:group", each a name of the image's /etc/passwd and /etc/group or a number. A user of the
/// image brings its own group and, unless a group is given, those it is a member of; a number it does not know is
/// taken as it is, with group 0. Further groups by name or number come on top.
/// </summary>
public static class UserSection
{
    private const string Passwd = "/etc/passwd";
    private const string Group = "/etc/group";

    /// <summary>
    /// The user of an exec, as <c>config.user</c> would be understood. Errors: <see cref="SpecException"/>.
    /// </summary>
    public static UserSpec Find(string user, string field, IImageFiles image) => Find(user, [], [], field, "", image);

    internal static UserSpec Build(ContainerConfig config, IImageFiles image) => Find(
        config.User, config.AdditionalGids, config.GroupAdd, "config.user", "config.group_add", image);

    private static UserSpec Find(
        string user, IReadOnlyList<uint> gids, IReadOnlyList<string> groupAdd, string field, string groupField,
        IImageFiles image)
    {
        var parts = user.Split(':');
        if (parts.Length > 2 || (parts.Length == 2 && parts[1].Length == 0)
            || (user.Length > 0 && parts[0].Length == 0))
        {
            throw new SpecException(field, $"\"{user}\" is not \"user\" or \"user:group\"");
        }

        var isAsked = user.Length > 0 || groupAdd.Count > 0;
        var asker = user.Length > 0 ? field : groupField;
        var groups = AccountFile.ReadGroups(Read(image, Group, asker, isAsked));
        var known = KnownUser(parts[0], Read(image, Passwd, asker, isAsked));
        var uid = known?.Uid ?? Uid(parts[0], user, field);
        var all = new List<uint>();
        var gid = known?.Gid ?? 0;
        if (parts.Length == 2)
        {
            gid = Gid(parts[1], groups, field);
        }
        else if (known is { } found)
        {
            foreach (var group in groups)
            {
                if (group.Members.Contains(found.Name))
                {
                    AddOnce(all, group.Gid);
                }
            }
        }

        foreach (var number in gids)
        {
            AddOnce(all, number);
        }

        for (var i = 0; i < groupAdd.Count; i++)
        {
            AddOnce(all, Gid(groupAdd[i], groups, $"{groupField}[{i}]"));
        }

        return new UserSpec { Uid = uid, Gid = gid, AdditionalGids = all };
    }

    // A name that is made of digits is a name first, as everywhere else.
    private static PasswdEntry? KnownUser(string user, byte[]? passwd)
    {
        var number = user.Length == 0 ? 0 : AccountFile.Number(user);
        PasswdEntry? byNumber = null;
        foreach (var entry in AccountFile.ReadUsers(passwd))
        {
            if (entry.Name == user)
            {
                return entry;
            }

            if (entry.Uid == number)
            {
                byNumber ??= entry;
            }
        }

        return byNumber;
    }

    // Of a container that names nobody: root has its number whatever the image says.
    private static byte[]? Read(IImageFiles image, string path, string field, bool isAsked)
    {
        try
        {
            return image.Read(path);
        }
        catch (IOException) when (!isAsked)
        {
            return null;
        }
        catch (IOException error)
        {
            throw new SpecException(field, $"cannot be looked up: {path} of the image is unreadable: {error.Message}");
        }
    }

    private static uint Uid(string name, string user, string field) =>
        name.Length == 0 ? 0 : AccountFile.Number(name) ?? throw new SpecException(field, IsNumber(name)
            ? $"\"{user}\" is not a user id"
            : $"there is no user \"{name}\" in {Passwd} of the image");

    private static uint Gid(string name, List<GroupEntry> groups, string field)
    {
        foreach (var group in groups)
        {
            if (group.Name == name)
            {
                return group.Gid;
            }
        }

        return AccountFile.Number(name) ?? throw new SpecException(field, IsNumber(name)
            ? $"\"{name}\" is not a group id"
            : $"there is no group \"{name}\" in {Group} of the image");
    }

    private static bool IsNumber(string text) => text.All(char.IsAsciiDigit);

    private static void AddOnce(List<uint> list, uint gid)
    {
        if (!list.Contains(gid))
        {
            list.Add(gid);
        }
    }
}
