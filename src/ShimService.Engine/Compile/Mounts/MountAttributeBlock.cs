using System.Buffers.Binary;
using System.Text;
using ShimService.Linux.Abi;
using ShimService.Linux.Launch;

namespace ShimService.Engine.Compile.Mounts;

/// <summary>
/// struct mount_attr { u64 attr_set, attr_clr, propagation, userns_fd } for mount_setattr, Linux ≥ 5.12.
/// </summary>
internal static class MountAttributeBlock
{
    internal const int Size = 32;

    /// <summary>MOUNT_ATTR__ATIME: the field that relatime (0), noatime and strictatime share.</summary>
    internal const MountAttributes AccessTime = (MountAttributes)0x70;

    internal static PlanArgument Make(
        MountAttributes set = MountAttributes.None, MountAttributes clear = MountAttributes.None, long propagation = 0)
    {
        // Any setting of access times must clear the whole field first, or the kernel answers EINVAL.
        if (((set | clear) & AccessTime) != 0)
        {
            clear |= AccessTime;
        }

        var bytes = new byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, (long)set);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), (long)clear);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), propagation);
        return PlanArgument.FromBlock(new PlanBlock(bytes) { Label = Label(set, clear, propagation) });
    }

    /// <summary>
    /// Maps the ids of a mount that is not attached yet. Source: man 2 mount_setattr, MOUNT_ATTR_IDMAP.
    /// </summary>
    internal static PlanArgument MapIds(PlanArgument userNamespace)
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, (long)MountAttributes.MappedIds);
        return PlanArgument.FromBlock(new PlanBlock(bytes)
        {
            Label = "{+idmap}", Fields = [new PlanField(24, userNamespace)],
        });
    }

    // Spelled by hand: the names of an enumeration come from metadata, which a launch has no business loading.
    private static string Label(MountAttributes set, MountAttributes clear, long propagation)
    {
        var text = new StringBuilder("{");
        Append(text, '+', set);
        Append(text, '-', clear);
        text.Append(propagation switch
        {
            0 => "",
            (long)MountFlags.Private => " MS_PRIVATE",
            (long)MountFlags.Slave => " MS_SLAVE",
            (long)MountFlags.Shared => " MS_SHARED",
            _ => " MS_UNBINDABLE",
        });
        return text.Replace("{ ", "{").Append('}').ToString();
    }

    private static void Append(StringBuilder text, char sign, MountAttributes attributes)
    {
        ReadOnlySpan<(MountAttributes Bits, string Name)> names =
        [
            (MountAttributes.ReadOnly, "ro"), (MountAttributes.NoSetuid, "nosuid"),
            (MountAttributes.NoDevices, "nodev"), (MountAttributes.NoExecute, "noexec"),
            (MountAttributes.NoDirectoryAccessTime, "nodiratime"), (MountAttributes.NoSymlinkFollow, "nosymfollow"),
            (AccessTime, "atime"),
            (MountAttributes.NoAccessTime, "noatime"), (MountAttributes.StrictAccessTime, "strictatime"),
        ];
        foreach (var (bits, name) in names)
        {
            if ((attributes & bits) == bits)
            {
                text.Append(' ').Append(sign).Append(name);
                attributes &= ~bits;
            }
        }
    }
}
