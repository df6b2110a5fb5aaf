#!/usr/bin/env bash
# Fetches packages of a Debian release and unpacks them, without installing anything:
#
#   tests/lib/debian.sh RELEASE PACKAGE…     unpacks into .cache/debian/RELEASE/root and prints that directory
#
# apt runs with a sources list, lists and a cache of its own; host and keyring are those the system's apt uses. What was
# fetched once is kept. Exit status 3: this apt has no such release, or it cannot be reached.
set -euo pipefail

[ $# -ge 2 ] || { echo "usage: debian.sh RELEASE PACKAGE…" >&2; exit 2; }
release=$1
shift
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
base=$repository/.cache/debian/$release
root=$base/root

missing=()
for package in "$@"; do
    [ -e "$base/$package.unpacked" ] || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
    echo "$root"
    exit 0
fi
command -v apt-get > /dev/null || { echo "debian.sh: there is no apt-get here" >&2; exit 3; }

# The first Debian archive of the system that is not its security archive, and the file that names it.
archive=$(apt-get indextargets --format '$(ORIGIN)|$(REPO_URI)|$(SOURCESENTRY)' |
    awk -F'|' '($1 == "Debian" || $2 ~ /\/debian\/?$/) && $2 !~ /security/ { print $2 "|" $3; exit }')
[ -n "$archive" ] || { echo "debian.sh: apt names no Debian archive (apt-get update?)" >&2; exit 3; }
entry=${archive#*|}
keyring=$(sed -nE 's/^Signed-By:[[:space:]]*(\/[^ ]+).*/\1/p; s/.*signed-by=(\/[^] ]+).*/\1/p' "${entry%:*}" | head -n 1)

mkdir -p "$base"/lists/partial "$base"/cache/archives/partial "$base"/debs "$root"
cat > "$base/apt.conf" <<CONF
Dir::State::lists "$base/lists";
Dir::Cache "$base/cache";
Dir::Etc::sourcelist "$base/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
APT::Sandbox::User "root";
CONF
echo "deb ${keyring:+[signed-by=$keyring] }${archive%%|*} $release main" > "$base/sources.list"
export APT_CONFIG=$base/apt.conf

# linux-image-ARCHITECTURE has no kernel in it, only the name of the newest that has.
wanted() {
    local package
    for package in "${missing[@]}"; do
        case $package in
            linux-image-*) apt-cache depends --no-recommends "$package" | awk '$2 ~ /^linux-image-/ { print $2; exit }' ;;
            *) echo "$package" ;;
        esac
    done
}

log=$base/fetch.log
if ! timeout 300 apt-get update -qq -o APT::Update::Error-Mode=any > "$log" 2>&1 < /dev/null ||
    ! (cd "$base/debs" && wanted | timeout 300 xargs apt-get download -qq >> "$log" 2>&1); then
    echo "debian.sh: cannot fetch ${missing[*]} of $release: $(tail -n 1 "$log")" >&2
    exit 3
fi
for file in "$base"/debs/*.deb; do
    dpkg -x "$file" "$root"
    rm -f "$file"
done
for package in "${missing[@]}"; do
    touch "$base/$package.unpacked"
done
rm -rf "$base/lists" "$base/cache"
echo "$root"
