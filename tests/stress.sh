#!/usr/bin/env bash
# Launches under garbage-collection load in a process compiled ahead of time; half of them through a helper.
#
#   tests/stress.sh [COUNT]     default 10000; exit status 1 when one hangs or ends with another's status
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repository"
exec < /dev/null
# shellcheck source=tests/lib/prerequisites.sh
. tests/lib/prerequisites.sh
[ "$(id -u)" -eq 0 ] || { echo "tests/stress.sh clones into namespaces: run it as root" >&2; exit 1; }
need_for_tests
install_needed
require_dotnet "$repository"

framework=$(sed -n 's:.*<ShimAotFramework>\(.*\)</ShimAotFramework>.*:\1:p' Directory.Build.props)
runtime=linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')
output=artifacts/publish/launch-stress
dotnet publish tests/ShimService.LaunchStress -c Release -f "$framework" -r "$runtime" -o "$output" -nologo -v:quiet >&2
exec timeout 1200 "$output/ShimService.LaunchStress" stress "${1:-10000}"
