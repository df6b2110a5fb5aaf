#!/usr/bin/env bash
# Runs tests in virtual machines with Debian's kernel and other control groups than the host's. See README.md beside
# this file.
#
#   tests/vm/run.sh RESULTS [PROJECT [WORD…]]    what `boots` beside this file lists, or tests of one project
#
# Writes a line per test to RESULTS (tests/lib/results.py reads it) and what the machines said to RESULTS.console.
# Build the tests first (dotnet build tests/All.proj). Exit status 3: there is no machine here, and why.
#
# SHIMSERVICE_VM_BOOTS="v1 hybrid": which of `boots`; all of them without it.
# SHIMSERVICE_VM_LIMIT=N: seconds each may run. SHIMSERVICE_VM_ACCEL=tcg: emulate although /dev/kvm is there.
# SHIMSERVICE_VM_APPEND: more words for the kernel's command line.
set -euo pipefail

[ $# -ge 1 ] || { echo "usage: run.sh RESULTS [PROJECT [WORD…]]" >&2; exit 2; }
results=$(realpath -m "$1")
shift
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)
boots=${SHIMSERVICE_VM_BOOTS:-$(cd "$here/boots" && echo *)}

absent() {
    printf 'skipped\tMachine\t%s\n' "$1" > "$results"
    echo "$1" >&2
    exit 3
}
[ "$(uname -m)" = x86_64 ] || absent "the virtual machine is for x86_64 only"
for tool in qemu-system-x86_64 mke2fs; do
    command -v "$tool" > /dev/null || absent "$tool is not installed"
done
# shellcheck source=tests/vm/image.sh
. "$here/image.sh"
kernel_root=$("$repository/tests/lib/debian.sh" bookworm "${packages[@]}") || absent "the kernel's archive was not reachable"
kernel=$(find "$kernel_root/boot" -name 'vmlinuz-*' | sort -V | tail -n 1)
release=${kernel##*/vmlinuz-}

work=$(mktemp -d /tmp/shimservice-vm.XXXXXX)
trap 'cat "$work"/pid.* 2> /dev/null | xargs -r kill 2> /dev/null || true; rm -rf "$work"' EXIT
runner=$repository/tests/ShimService.VirtualMachine/bin/Debug/net10.0
[ -f "$runner/ShimService.VirtualMachine.dll" ] || { echo "run.sh: build tests/ShimService.VirtualMachine first" >&2; exit 1; }

# A boot is a file: lines `kernel WORD…` for the kernel's command line, `seconds N` it may take by emulation on a slow
# host, and `PROJECT WORD…` of tests.
mkdir "$work/boots"
for boot in $boots; do
    grep -v '^ *\(#\|$\)' "$here/boots/$boot" > "$work/boots/$boot"
    if [ $# -gt 0 ]; then
        settings=$(grep -E '^(kernel|seconds) ' "$work/boots/$boot" || true)
        printf '%s\n' "$settings" "$*" > "$work/boots/$boot"
    fi
done

# /dev/kvm alone promises nothing: a host that is itself a guest may have one that runs only kernels made for it.
accel=tcg cpu=Nehalem
if [ "${SHIMSERVICE_VM_ACCEL:-kvm}" = kvm ] && [ -w /dev/kvm ] && grep -qwE 'vmx|svm' /proc/cpuinfo; then
    accel=kvm cpu=max,-arch-capabilities
fi

make_initramfs "$kernel_root" "$release" "$here" "$work"
make_disk "$repository" "$runner" "$here" "$work" "$kernel_root"

# setting BOOT NAME DEFAULT
setting() {
    local value
    value=$(sed -n "s/^$2 //p" "$work/boots/$1")
    echo "${value:-$3}"
}

# start_machine BOOT LIMIT: its results are lines.BOOT, and what it says console.BOOT. What it writes to the disk is lost.
start_machine() {
    : > "$work/lines.$1"
    status=0
    timeout --foreground --kill-after=5 "$2" qemu-system-x86_64 -accel "$accel" -machine q35 -cpu "$cpu" -smp 2 \
        -m 2048 -nodefaults -no-user-config -display none -no-reboot -nic none \
        -kernel "$kernel" -initrd "$work/initramfs" \
        -append "console=ttyS0 quiet panic=-1 random.trust_cpu=on boot=$1 $(setting "$1" kernel "") ${SHIMSERVICE_VM_APPEND:-}" \
        -drive "file=$work/disk,if=virtio,format=raw,cache=unsafe,snapshot=on" \
        -serial "file:$work/console.$1" -serial "file:$work/lines.$1" < /dev/null > "$work/qemu.$1" 2>&1 &
    echo $! > "$work/pid.$1"
    wait $! || status=$?
    rm "$work/pid.$1"
}

# run_boot BOOT: starts the machine and tells how it ended.
run_boot() {
    local limit lines=$work/lines.$1
    limit=$(setting "$1" seconds 150)
    [ "$accel" = tcg ] || limit=90
    limit=${SHIMSERVICE_VM_LIMIT:-$limit}
    start_machine "$1" "$limit"
    if [ "$accel" = kvm ] && ! grep -q '^started' "$lines"; then
        echo "the virtual machine did not come up with KVM: emulating it" >&2
        accel=tcg cpu=Nehalem limit=${SHIMSERVICE_VM_LIMIT:-$(setting "$1" seconds 150)}
        start_machine "$1" "$limit"
    fi
    if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
        # What hung has said so itself, long before: this is a host with little time to give.
        if grep -q '^passed' "$lines" || grep -q '^guest:' "$work/console.$1"; then
            printf '\nskipped\t%s:Machine\tthe tests left ran out of %s s (%s)\nslow\t%s\n' "$1" "$limit" "$accel" "$1" >> "$lines"
        fi
        echo "$1: the virtual machine ran longer than $limit s ($accel)" >&2
    elif [ "$status" -ne 0 ]; then
        cat "$work/qemu.$1" >&2
    fi
    grep '^guest:' "$work/console.$1" | tr -d '\r' || tail -n 20 "$work/console.$1" >&2
    tail -n 1 "$lines" | grep -qE '^(off|slow)' || touch "$work/failed"
}

# The longest has one of the host's processors for itself, where there are two: by emulation a machine uses hardly more.
others=
for boot in $boots; do
    if [ "$boot" = v2 ] && [ "$(nproc)" -gt 1 ]; then run_boot "$boot" & else others="$others $boot"; fi
done
for boot in $others; do run_boot "$boot"; done
wait

: > "$results"
: > "$results.console"
for boot in $boots; do
    { printf 'boot\t%s\n' "$boot"; cat "$work/lines.$boot"; } >> "$results"
    cat "$work/console.$boot" >> "$results.console"
done
[ ! -e "$work/failed" ]
