#!/usr/bin/env bash
# Installs what the tests need, builds, and runs all of them: those that need no root first.
#
#   tests/run.sh                 everything
#   tests/run.sh Rpc EndToEnd    only the projects whose name contains one of the words
#
# Last line: N passed, N failed, N skipped. Exit status 0 only when nothing failed.
# SHIMSERVICE_STRESS=10000:   so many launches under load besides (tests/stress.sh), counted as one test.
# SHIMSERVICE_RESULTS=DIRECTORY:   keeps the results there; UPDATE_CONFORMANCE=DIRECTORY/table makes CONFORMANCE.md of them.
# SHIMSERVICE_SHARED_HOST=1: others run our binaries here too, so a host that changed is only told.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repository"
exec < /dev/null
# shellcheck source=tests/lib/prerequisites.sh
. tests/lib/prerequisites.sh

if [ "$(id -u)" -ne 0 ]; then
    echo "tests/run.sh makes namespaces, mounts and control groups: run it as root" >&2
    exit 1
fi
need_for_tests
install_needed
install_node_packages "$repository"
require_dotnet "$repository"

projects=()
for name in Architecture Tasks Oci Rpc Linux Engine Shim Cli Daemon Network EndToEnd Containerd \
        VirtualMachine; do
    [ -d "tests/ShimService.$name.Tests" ] || [ -d "tests/ShimService.$name" ] || continue
    if [ $# -gt 0 ]; then
        wanted=
        for word in "$@"; do case $name in *"$word"*) wanted=yes ;; esac; done
        [ -n "$wanted" ] || continue
    fi
    projects+=("$name")
done
# A test project that the list above forgets would never run.
for directory in tests/ShimService.*.Tests; do
    name=${directory#tests/ShimService.} name=${name%.Tests}
    case " Architecture Tasks Oci Rpc Linux Engine Shim Cli Daemon Network EndToEnd Containerd " in
        *" $name "*) ;;
        *) echo "tests/run.sh does not list $directory" >&2; exit 1 ;;
    esac
done

case " ${projects[*]} " in
    *" Containerd "*) fetch_containerds "$repository" ;;
esac

work=$(mktemp -d /tmp/shimservice-tests.XXXXXX)
trap 'rm -rf "$work"' EXIT

started=$SECONDS
echo "building the tests"
if ! dotnet build tests/All.proj -nologo -v:minimal -clp:NoSummary > "$work/build.log" 2>&1; then
    grep -E 'error|warning' "$work/build.log" | sort -u >&2 || cat "$work/build.log" >&2
    echo "the build failed" >&2
    exit 1
fi
deploy/publish.sh
export SHIMSERVICE_BIN="$repository/artifacts/bin"
echo "built in $((SECONDS - started)) s"

# The default parent of an earlier run that was killed too soon to remove it, where nobody lives there: a shim of this run
# would, and the host would not be as it was.
rmdir /sys/fs/cgroup/shimservice /sys/fs/cgroup/*/shimservice 2> /dev/null || true
bash tests/lib/host_state.sh | sort > "$work/before"

# count_results FILE BEGAN: what failed or was left out, and the count.
count_results() {
    /usr/bin/python3 tests/lib/results.py tests/expected-skips.txt "$1" |
        awk -v took=$((SECONDS - $2)) '{ if (line) print line; line = $0 }
            END { split(line, n, " "); printf "%d ok, %d bad, %d left out, %d s\n", n[1], n[2], n[3], took }'
}

results=()
for name in "${projects[@]}"; do
    began=$SECONDS
    echo "== $name"
    if [ "$name" = VirtualMachine ]; then
        results+=("$work/$name.lines")
        tests/vm/run.sh "$work/$name.lines" 2> "$work/$name.log" || true
        cat "$work/$name.log"
        count_results "$work/$name.lines" "$began"
        continue
    fi
    results+=("$work/$name.trx")
    timeout --kill-after=30 1500 dotnet test "tests/ShimService.$name.Tests" --no-build -nologo -v:quiet \
        --logger "trx;LogFileName=$work/$name.trx" --results-directory "$work/results" \
        > "$work/$name.log" 2>&1 || true
    if [ -f "$work/$name.trx" ]; then
        count_results "$work/$name.trx" "$began"
    else
        tail -n 40 "$work/$name.log"
    fi
done

# Daemons that the last test ended may still be on their way out: look until the host is quiet, with a limit.
tidy=
for _ in $(seq 1 50); do
    bash tests/lib/host_state.sh | sort > "$work/after"
    if diff -q "$work/before" "$work/after" > /dev/null; then tidy=yes; break; fi
    sleep 0.2
done

# What the documents say passes has to have passed.
if [ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ]; then kind=v2
elif grep -q ' cgroup2 ' /proc/self/mounts; then kind=hybrid
else kind=v1; fi
readable=()
for file in "${results[@]}"; do if [ -f "$file" ]; then readable+=("$file"); fi; done
part=$([ $# -eq 0 ] && [ ${#readable[@]} -eq ${#results[@]} ] && echo full || echo partial)
/usr/bin/python3 tests/lib/conformance.py table "$kind" "$part" "${readable[@]}" > "$work/table" || true
if [ -n "${SHIMSERVICE_RESULTS:-}" ]; then
    mkdir -p "$SHIMSERVICE_RESULTS"
    cp "${readable[@]}" "$work/table" "$SHIMSERVICE_RESULTS"
fi
borne_out=
if [ $# -eq 0 ]; then
    echo "== CONFORMANCE.md and BEHAVIOURS.md"
    borne_out=0
    if /usr/bin/python3 tests/lib/conformance.py verify "$work/table" src/ShimService.Engine/{CONFORMANCE,BEHAVIOURS}.md; then
        borne_out=1
    fi
fi

stressed=
if [ -n "${SHIMSERVICE_STRESS:-}" ]; then
    echo "== stress"
    if tests/stress.sh "$SHIMSERVICE_STRESS"; then stressed=1; else stressed=0; fi
fi

read -r passed failed skipped < <(/usr/bin/python3 tests/lib/results.py tests/expected-skips.txt "${results[@]}" | tail -n 1)
for one in $borne_out; do passed=$((passed + one)) failed=$((failed + 1 - one)); done
if [ -n "$stressed" ]; then passed=$((passed + stressed)) failed=$((failed + 1 - stressed)); fi
if [ -z "$tidy" ]; then
    echo "the host is not as it was before (< before, > after):"
    diff "$work/before" "$work/after" | grep '^[<>]' | head -n 50 || true
    if [ -z "${SHIMSERVICE_SHARED_HOST:-}" ]; then failed=$((failed + 1)); fi
elif [ $# -eq 0 ]; then
    echo "the host is as it was: mounts, control groups, processes, sockets"
    passed=$((passed + 1))
fi
echo "took $((SECONDS - started)) s"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
