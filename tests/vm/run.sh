#!/usr/bin/env bash
# Runs tests in a virtual machine with Debian's kernel and unified control groups. See README.md beside this file.
#
#   tests/vm/run.sh RESULTS [PROJECT [WORD…]]    what `tests` beside this file lists, or tests of one project
#
# Writes a line per test to RESULTS (tests/lib/results.py reads it) and what the machine said to RESULTS.console.
# Build the tests first (dotnet build tests/All.proj). Exit status 3: there is no machine here, and why.
#
# SHIMSERVICE_VM_LIMIT=N: seconds the machine may run. SHIMSERVICE_VM_ACCEL=tcg: emulate although /dev/kvm is there.
# SHIMSERVICE_VM_CGROUPS=v1, hybrid or v2. SHIMSERVICE_VM_APPEND: more words for its kernel's command line.
set -euo pipefail

[ $# -ge 1 ] || { echo "usage: run.sh RESULTS [PROJECT [WORD…]]" >&2; exit 2; }
results=$(realpath -m "$1")
shift
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(cd "$here/../.." && pwd)

absent() {
    printf 'skipped\tMachine\t%s\noff\n' "$1" > "$results"
    echo "$1" >&2
    exit 3
}
[ "$(uname -m)" = x86_64 ] || absent "the virtual machine is for x86_64 only"
for tool in qemu-system-x86_64 mke2fs; do
    command -v "$tool" > /dev/null || absent "$tool is not installed"
done
kernel_root=$("$repository/tests/lib/debian.sh" bookworm linux-image-cloud-amd64 apparmor) || absent "the kernel's archive was not reachable"
kernel=$(find "$kernel_root/boot" -name 'vmlinuz-*' | sort -V | tail -n 1)
release=${kernel##*/vmlinuz-}

work=$(mktemp -d /tmp/shimservice-vm.XXXXXX)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/vm/image.sh
. "$here/image.sh"
runner=$repository/tests/ShimService.VirtualMachine/bin/Debug/net10.0
[ -f "$runner/ShimService.VirtualMachine.dll" ] || { echo "run.sh: build tests/ShimService.VirtualMachine first" >&2; exit 1; }

# /dev/kvm alone promises nothing: a host that is itself a guest may have one that runs only kernels made for it.
accel=tcg cpu=max limit=300
if [ "${SHIMSERVICE_VM_ACCEL:-kvm}" = kvm ] && [ -w /dev/kvm ] && grep -qwE 'vmx|svm' /proc/cpuinfo; then
    accel=kvm cpu=max,-arch-capabilities limit=90
fi
limit=${SHIMSERVICE_VM_LIMIT:-$limit}

if [ $# -gt 0 ]; then
    echo "$*" > "$work/tests"
else
    grep -v '^ *\(#\|$\)' "$here/tests" > "$work/tests"
fi

make_initramfs "$kernel_root" "$release" "$here" "$work"
make_disk "$repository" "$runner" "$here" "$work" "${SHIMSERVICE_VM_LIMIT:-300}" "$kernel_root"

boot() {
    : > "$results"
    status=0
    timeout --foreground --kill-after=5 "$limit" qemu-system-x86_64 -accel "$accel" -machine q35 -cpu "$cpu" -smp 2 \
        -m 2048 -nodefaults -no-user-config -display none -no-reboot -nic none \
        -kernel "$kernel" -initrd "$work/initramfs" \
        -append "console=ttyS0 quiet panic=-1 random.trust_cpu=on cgroups=${SHIMSERVICE_VM_CGROUPS:-v2} ${SHIMSERVICE_VM_APPEND:-}" \
        -drive "file=$work/disk,if=virtio,format=raw,cache=unsafe" \
        -serial "file:$results.console" -serial "file:$results" < /dev/null > "$work/qemu.log" 2>&1 || status=$?
}
boot
if [ "$accel" = kvm ] && ! grep -q '^started' "$results"; then
    echo "the virtual machine did not come up with KVM: emulating it" >&2
    accel=tcg cpu=max limit=${SHIMSERVICE_VM_LIMIT:-300}
    boot
fi
if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
    # What hung has said so itself, long before: this is a host with little time to give.
    if grep -q '^passed' "$results"; then
        printf '\nskipped\tMachine\tthe tests left ran out of %s s (%s)\nslow\n' "$limit" "$accel" >> "$results"
    fi
    echo "the virtual machine ran longer than $limit s ($accel)" >&2
elif [ "$status" -ne 0 ]; then
    cat "$work/qemu.log" >&2
fi
grep '^guest:' "$results.console" | tr -d '\r' || tail -n 20 "$results.console" >&2
tail -n 1 "$results" | grep -qE '^(off|slow)'
