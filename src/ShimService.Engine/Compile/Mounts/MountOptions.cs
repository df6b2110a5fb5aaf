using ShimService.Linux.Abi;

namespace ShimService.Engine.Compile.Mounts;

/// <summary>
/// The options of one mount, sorted into what the kernel takes where. Source: OCI runtime-spec 1.3.0
/// config.md#linux-mount-options. Pure.
/// </summary>
internal sealed class MountOptions
{
    private const MountAttributes RelativeAccessTime = (MountAttributes)0;

    // relatime is the absence of the other bits, so setting it is clearing the field.
    private const MountAttributes AccessTimeField = MountAttributeBlock.AccessTime;

    private MountOptions()
    {
    }

    internal bool Bind { get; private set; }

    /// <summary>rbind.</summary>
    internal bool Recursive { get; private set; }

    /// <summary>remount: changes what is there.</summary>
    internal bool Remount { get; private set; }

    /// <summary>tmpcopyup: what it hides is copied into it.</summary>
    internal bool CopyUp { get; private set; }

    /// <summary>copy-symlink: a source that is a link becomes a link there.</summary>
    internal bool CopyLink { get; private set; }

    /// <summary>src-nofollow: a source that is a link is mounted itself.</summary>
    internal bool SourceIsLink { get; private set; }

    /// <summary>dest-nofollow: a link at the destination is mounted on.</summary>
    internal bool OnLink { get; private set; }

    /// <summary>Words for the file system as a whole, that are on: "sync", "dirsync", …</summary>
    internal List<string> Superblock { get; } = [];

    /// <summary>The same as mount(2) takes them.</summary>
    internal MountFlags SuperblockFlags
    {
        get
        {
            var flags = MountFlags.None;
            foreach (var word in Superblock)
            {
                flags |= word switch
                {
                    "sync" => MountFlags.Synchronous,
                    "dirsync" => MountFlags.DirectorySync,
                    "lazytime" => MountFlags.LazyTime,
                    "mand" => MountFlags.MandatoryLocks,
                    _ => MountFlags.VersionNumber,
                };
            }

            return flags;
        }
    }

    /// <summary>What a bind mount cannot have of its own; null when nothing such is asked for.</summary>
    internal string? OfFileSystem => Superblock.Count > 0 ? Superblock[0] : null;

    /// <summary>ridmap: what is mounted below the source is mapped too.</summary>
    internal bool RecursiveMap { get; private set; }

    /// <summary>For the mount itself.</summary>
    internal MountAttributes Set { get; private set; }

    internal MountAttributes Clear { get; private set; }

    /// <summary>For the mount and everything below it (the words with an r before them).</summary>
    internal MountAttributes RecursiveSet { get; private set; }

    internal MountAttributes RecursiveClear { get; private set; }

    /// <summary>What the file system itself takes: a key, and a value or null.</summary>
    internal List<(string Key, string? Value)> Data { get; } = [];

    /// <summary>MS_PRIVATE and its kin with MS_REC, in order.</summary>
    internal List<MountFlags> Propagation { get; } = [];

    internal bool Has(string key) => Data.Exists(entry => entry.Key == key);

    internal static MountOptions Parse(IReadOnlyList<string> words)
    {
        var options = new MountOptions();
        foreach (var word in words)
        {
            if (!options.TakeKind(word) && !options.TakeSuperblock(word) && !options.TakeAttribute(word)
                && !options.TakePropagation(word) && !options.TakeRecursive(word))
            {
                options.TakeData(word);
            }
        }

        return options;
    }

    private bool TakeKind(string word)
    {
        Bind |= word is "bind" or "rbind";
        Recursive |= word == "rbind";
        Remount |= word == "remount";
        CopyUp |= word == "tmpcopyup";
        CopyLink |= word == "copy-symlink";
        SourceIsLink |= word == "src-nofollow";
        OnLink |= word == "dest-nofollow";

        // Whether ids are mapped is read from the spec, since maps say it without a word.
        RecursiveMap |= word == "ridmap";

        // What is on by default, and what says nothing to a mount that is made by fsopen.
        return word is "bind" or "rbind" or "remount" or "tmpcopyup" or "idmap" or "ridmap" or "defaults" or "" or "silent"
            or "loud" or "noiversion" or "copy-symlink" or "src-nofollow" or "dest-nofollow";
    }

    // Of the file system as a whole; fsconfig knows them by these words. The last word of a pair holds.
    private bool TakeSuperblock(string word)
    {
        var (name, on) = word switch
        {
            "sync" or "dirsync" or "lazytime" or "mand" or "iversion" => (word, true),
            "async" => ("sync", false),
            "nolazytime" or "nomand" => (word[2..], false),
            _ => ("", false),
        };
        if (name.Length == 0)
        {
            return false;
        }

        Superblock.Remove(name);
        if (on)
        {
            Superblock.Add(name);
        }

        return true;
    }

    private bool TakeAttribute(string word)
    {
        if (Attribute(word) is not { } attribute)
        {
            return false;
        }

        if (attribute.On)
        {
            Set = (Set & ~(attribute.IsAccessTime ? AccessTimeField : 0)) | attribute.Bits;
            Clear = attribute.IsAccessTime ? Clear | AccessTimeField : Clear & ~attribute.Bits;
        }
        else
        {
            Set &= ~attribute.Bits;
            Clear |= attribute.Bits;
        }

        return true;
    }

    private bool TakeRecursive(string word)
    {
        if (word.Length < 3 || word[0] != 'r' || Attribute(word[1..]) is not { } attribute)
        {
            return false;
        }

        if (attribute.On)
        {
            RecursiveSet = (RecursiveSet & ~(attribute.IsAccessTime ? AccessTimeField : 0)) | attribute.Bits;
            RecursiveClear = attribute.IsAccessTime
                ? RecursiveClear | AccessTimeField
                : RecursiveClear & ~attribute.Bits;
        }
        else
        {
            RecursiveSet &= ~attribute.Bits;
            RecursiveClear |= attribute.Bits;
        }

        return true;
    }

    private bool TakePropagation(string word)
    {
        var recursive = word.StartsWith('r') ? MountFlags.Recursive : MountFlags.None;
        var kind = word.AsSpan(word.StartsWith('r') ? 1 : 0) switch
        {
            "private" => MountFlags.Private,
            "slave" => MountFlags.Slave,
            "shared" => MountFlags.Shared,
            "unbindable" => MountFlags.Unbindable,
            _ => MountFlags.None,
        };
        if (kind == MountFlags.None)
        {
            return false;
        }

        Propagation.Add(kind | recursive);
        return true;
    }

    private void TakeData(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        Data.Add(equals < 0 ? (word, null) : (word[..equals], word[(equals + 1)..]));
    }

    private static (MountAttributes Bits, bool On, bool IsAccessTime)? Attribute(string word) => word switch
    {
        "ro" => (MountAttributes.ReadOnly, true, false),
        "rw" => (MountAttributes.ReadOnly, false, false),
        "nosuid" => (MountAttributes.NoSetuid, true, false),
        "suid" => (MountAttributes.NoSetuid, false, false),
        "nodev" => (MountAttributes.NoDevices, true, false),
        "dev" => (MountAttributes.NoDevices, false, false),
        "noexec" => (MountAttributes.NoExecute, true, false),
        "exec" => (MountAttributes.NoExecute, false, false),
        "nodiratime" => (MountAttributes.NoDirectoryAccessTime, true, false),
        "diratime" => (MountAttributes.NoDirectoryAccessTime, false, false),
        "nosymfollow" => (MountAttributes.NoSymlinkFollow, true, false),
        "symfollow" => (MountAttributes.NoSymlinkFollow, false, false),
        "noatime" => (MountAttributes.NoAccessTime, true, true),
        "strictatime" => (MountAttributes.StrictAccessTime, true, true),
        "relatime" or "atime" or "norelatime" or "nostrictatime" => (RelativeAccessTime, true, true),
        _ => null,
    };
}
