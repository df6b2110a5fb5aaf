#!/usr/bin/env bash
# Makes a busybox root filesystem: tests/lib/rootfs.sh DIR
#
# Dynamic busybox, not busybox-static: the static one of Debian is a standalone shell whose applets run without
# their files, so that a test which masks or mounts over /bin/cat would prove nothing.
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: rootfs.sh DIR" >&2; exit 2; }
root=$1
busybox=$(PATH=/usr/bin:/bin command -v busybox) || { echo "rootfs.sh: busybox is not installed" >&2; exit 1; }

mkdir -p "$root"/{bin,dev,etc,home,lib,proc,root,run,sbin,sys,tmp,usr/bin,usr/lib,usr/sbin,var}
chmod 1777 "$root/tmp"
cp -L "$busybox" "$root/bin/busybox"

libraries=$(ldd "$busybox" 2>/dev/null | grep -o '/[^ ]*' || true)
[ -n "$libraries" ] || { echo "rootfs.sh: $busybox is static; install the package busybox, not busybox-static" >&2; exit 1; }
for library in $libraries; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
done

for applet in $("$busybox" --list); do
    case $applet in busybox) continue ;; esac
    ln -sf busybox "$root/bin/$applet"
done

cat > "$root/etc/passwd" <<'PASSWD'
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/:/bin/false
app:x:1000:1000:app:/home:/bin/sh
PASSWD
cat > "$root/etc/group" <<'GROUP'
root:x:0:
daemon:x:1:
app:x:1000:
extra:x:2000:app
GROUP
