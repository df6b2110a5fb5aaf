# Sourced by run.sh: what the virtual machines start from.

# What of Debian's is in them: the kernel, and what this machine need not have installed.
packages=(linux-image-cloud-amd64 apparmor secilc libsepol2
    systemd libsystemd-shared libsystemd0 dbus-daemon dbus-system-bus-common libdbus-1-3
    libacl1 libapparmor1 libaudit1 libblkid1 libcap-ng0 libcap2 libcrypt1 libexpat1 libgcrypt20 libgpg-error0 libip4tc2
    libkmod2 liblz4-1 liblzma5 libmount1 libpam0g libpcre2-8-0 libseccomp2 libselinux1 libssl3 libzstd1)

# Copies programs, and the libraries they are linked with, below a directory at the paths they have here.
copy_programs() {
    local root=$1 file
    shift
    for file in $({ printf '%s\n' "$@"; ldd "$@" 2> /dev/null | grep -o '/[^ :]*'; } | sort -u); do
        # /bin and /lib are links into /usr, there as here.
        file=$(realpath -s "$file")
        case $file in /bin/*|/sbin/*|/lib/*|/lib64/*) file=/usr$file ;; esac
        mkdir -p "$root$(dirname "$file")"
        [ -e "$root$file" ] || cp -L "$file" "$root$file"
    done
}

# copy_packaged ROOT PACKAGES PROGRAM…: the same for programs of the packages, with libraries of theirs where those of this
# machine are not the ones.
copy_packaged() {
    local root=$1 packages=$2 directories file
    shift 2
    directories=$packages/lib/x86_64-linux-gnu:$packages/usr/lib/x86_64-linux-gnu
    directories=$directories:$packages/usr/lib/x86_64-linux-gnu/systemd
    for file in $({ printf "$packages%s\n" "$@"
            LD_LIBRARY_PATH=$directories ldd "${@/#/$packages}" | awk '$2 == "=>" { print $3 }'; } | sort -u); do
        case $file in
            "$packages"/*)
                local target=${file#"$packages"}
                case $target in /bin/*|/sbin/*|/lib/*) target=/usr$target ;; esac
                mkdir -p "$root$(dirname "$target")"
                cp -L "$file" "$root$target"
                ;;
            *) copy_programs "$root" "$file" ;;
        esac
    done
}

make_root() {
    mkdir -p "$1"/{usr/bin,usr/sbin,usr/lib,usr/lib64,proc,sys,dev,run,tmp,etc,root,var,disk}
    chmod 1777 "$1/tmp"
    local name
    for name in bin sbin lib lib64; do ln -s "usr/$name" "$1/$name"; done
}

# make_initramfs KERNEL_ROOT RELEASE HERE WORK: busybox and the kernel's modules for the disk and for the tests.
make_initramfs() {
    local root=$4/initramfs.d modules=$1/lib/modules/$2 module
    make_root "$root"
    copy_programs "$root" "$(PATH=/usr/bin:/bin type -P busybox)"
    for module in $(busybox --list); do ln -sf busybox "$root/usr/bin/$module"; done
    install -m 755 "$3/init" "$root/init"
    echo virtio_pci virtio_blk overlay loop veth bridge bfq > "$root/modules"
    mkdir -p "$root/usr/lib/modules/$2"
    (cd "$modules" && find kernel -name 'virtio*.ko' -o -name 'overlay.ko' -o -name 'loop.ko' -o -name 'bfq.ko' \
        -o -name 'bridge.ko' -o -name 'stp.ko' -o -name 'llc.ko' -o -name 'veth.ko' | cpio_of_names) |
        (cd "$root/usr/lib/modules/$2" && busybox cpio -id 2> /dev/null)
    chroot "$root" /usr/bin/depmod "$2"
    (cd "$root" && find . | busybox cpio -o -H newc 2> /dev/null) > "$4/initramfs"
    rm -rf "$root"
}

cpio_of_names() { busybox cpio -o -H newc 2> /dev/null; }

# make_disk REPOSITORY RUNNER HERE WORK PACKAGES: programs, the .NET runtime, the tests at the paths they were built at.
make_disk() {
    local root=$4/disk.d dotnet shared program
    make_root "$root"
    dotnet=$(dirname "$(realpath "$(command -v dotnet)")")
    shared=$(find "$dotnet/shared/Microsoft.NETCore.App" -mindepth 1 -maxdepth 1 -name '10.*' | sort -V | tail -n 1)
    mkdir -p "$root$dotnet/shared/Microsoft.NETCore.App" "$root$1/tests" "$root$2"
    cp -a "$dotnet/dotnet" "$dotnet/host" "$root$dotnet/"
    cp -a "$shared" "$root$dotnet/shared/Microsoft.NETCore.App/"
    cp -a "$2/." "$root$2/"
    # Tests read files that lie beside their sources.
    (cd "$1" && find tests -path '*/bin' -prune -o -path '*/obj' -prune -o -path '*/node_modules' -prune -o -type f -print |
        cpio_of_names) | (cd "$root$1" && busybox cpio -idu 2> /dev/null)
    cp -a "$1/ShimService.sln" "$1/global.json" "$1/Directory.Build.props" "$root$1/"
    if [ -d "$1/artifacts/bin" ]; then mkdir -p "$root$1/artifacts" && cp -a "$1/artifacts/bin" "$root$1/artifacts/"; fi

    local programs=()
    for program in busybox sh true false sleep cat echo ls grep env stat mount umount unshare nsenter setpriv logger ip mke2fs; do
        program=$(PATH=/usr/bin:/usr/sbin:/bin:/sbin type -P "$program") && programs+=("$program")
    done
    copy_programs "$root" "${programs[@]}" "$dotnet/dotnet" "$shared"/*.so
    local library
    for library in libseccomp.so.2 libresolv.so.2 libnss_files.so.2 libgcc_s.so.1; do
        library=$(ldconfig -p | awk -v name="$library" '$1 == name && /x86-64/ && !found { print $NF; found = 1 }')
        if [ -n "$library" ]; then copy_programs "$root" "$library"; fi
    done
    for program in $(busybox --list); do
        [ -e "$root/usr/bin/$program" ] || [ -e "$root/usr/sbin/$program" ] || ln -s busybox "$root/usr/bin/$program"
    done
    # What loads AppArmor's profiles: the kernel has it at work.
    install -m 755 "$5/sbin/apparmor_parser" "$root/usr/sbin/apparmor_parser"
    cp -a "$5/etc/apparmor" "$5/etc/apparmor.d" "$root/etc/"
    mkdir -p "$root/usr/share"
    cp -a "$5/usr/share/apparmor-features" "$root/usr/share/"
    # What SELinux is given where it is at work instead; the newest version this kernel reads.
    LD_LIBRARY_PATH=$5/lib/x86_64-linux-gnu "$5/usr/bin/secilc" -c 33 -o "$root/etc/policy" -f /dev/null "$3/policy.cil"
    # What one boot has for its first process; the units are all it knows.
    copy_packaged "$root" "$5" /lib/systemd/systemd /bin/systemctl /usr/bin/systemd-run /usr/bin/dbus-daemon
    mkdir -p "$root/etc/systemd/system" "$root/usr/share"
    cp -a "$3/units/." "$root/etc/systemd/system/"
    cp -a "$5/usr/share/dbus-1" "$root/usr/share/"
    echo 0123456789abcdef0123456789abcdef > "$root/etc/machine-id"
    install -m 755 "$3/guest" "$root/usr/sbin/guest"
    printf 'root:x:0:0:root:/root:/bin/sh\nmessagebus:x:100:100::/:/bin/false\n' > "$root/etc/passwd"
    echo vm > "$root/etc/hostname"
    printf 'root:x:0:\ntty:x:5:\nmessagebus:x:100:\n' > "$root/etc/group"
    cp -a "$4/boots" "$root/etc/boots"
    cat > "$root/etc/guest.conf" <<CONF
REPOSITORY=$1
DOTNET=$dotnet/dotnet
RUNNER=$2/ShimService.VirtualMachine.dll
export DOTNET_ROOT=$dotnet SHIMSERVICE_BIN=$1/artifacts/bin
CONF
    truncate -s 1G "$4/disk"
    mke2fs -q -t ext4 -O ^has_journal -m 0 -E lazy_itable_init=1,nodiscard -d "$root" "$4/disk"
    rm -rf "$root"
}
