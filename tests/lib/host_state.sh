#!/usr/bin/env bash
# Prints what of ours exists on this host: mounts, control groups, processes, sockets and state files. The same
# lines before and after a run mean that the run left nothing.
set -uo pipefail

# Mounts of this mount namespace, by mount point.
awk '{ print "mount " $5 " " $4 }' /proc/self/mountinfo

# Control groups that carry our name, and what is below them, on every hierarchy.
find /sys/fs/cgroup -type d \( -path '*shimservice*' -o -path '*/shimd*' \) -printf 'cgroup %p\n' 2>/dev/null

# Processes of our binaries, by the file they run.
for process in /proc/[0-9]*; do
    executable=$(readlink "$process/exe" 2>/dev/null) || continue
    case ${executable% (deleted)} in
        */containerd-shim-shimservice-v2 | */shimd | */shimctl) echo "process ${process#/proc/} ${executable##*/}" ;;
    esac
done

# Unix sockets with our name in the path; state files in the default places.
awk '$8 ~ /shimservice|shimd|shim\.sock/ { print "socket " $8 }' /proc/net/unix | sort -u
find /run/shimservice /var/lib/shimservice -mindepth 1 -printf 'file %p\n' 2>/dev/null
find /run/containerd/s -type s -printf 'file %p\n' 2>/dev/null
exit 0
