#!/usr/bin/env bash
# Sees that every test that docs/conventions.md names ran and passed:
#   tests/conventions.sh <folder of results>
# The folder has what the runs leave: xUnit's *.trx, and *.passed and *.skipped, the names of such Pester tests, one a line.
# What was skipped, for want of a tool or of PowerShell, is told and is no failure; what did not run for another reason is one.
set -uo pipefail
export LC_ALL=C
results=$1
page="$(dirname "${BASH_SOURCE[0]}")/../docs/conventions.md"

named=$(grep -E '^\| [0-9]+ \|' "$page" | grep -o '`[^`]*`' | tr -d '`' | sort -u)
xunit=$(sed -nE 's/^((Commands|Unit|Promises)\..*)$/KlingLipSync.Tests.\1/p' <<<"$named")
pester=$(sed -n 's/^Pester: //p' <<<"$named")
[ -n "$xunit" ] && [ -n "$pester" ] || { echo "docs/conventions.md names no tests."; exit 1; }

# The cases of a theory have their arguments behind the name.
ended() { sed -n "s/.*<UnitTestResult .*testName=\"\([^\"(]*\).*outcome=\"$1\".*/\1/p" "$results"/*.trx 2>/dev/null | sort -u; }
absent=$(comm -23 <(sort -u <<<"$xunit") <(ended Passed))
skipped=$(comm -12 <(echo "$absent") <(ended NotExecuted))
absent=$(comm -23 <(echo "$absent") <(echo "$skipped"))
[ -z "$skipped" ] || echo "docs/conventions.md: skipped here: $(paste -sd ' ' <<<"$skipped")"

if compgen -G "$results/*.passed" >/dev/null; then
    lacking=$(comm -23 <(sort -u <<<"$pester") <(cat "$results"/*.passed | tr -d '\r' | sort -u))
    left=$(comm -12 <(echo "$lacking") <(cat "$results"/*.skipped 2>/dev/null | tr -d '\r' | sort -u))
    [ -z "$left" ] || echo "docs/conventions.md: skipped here: $(paste -sd ';' <<<"$left")"
    absent+=$(printf '\n'; comm -23 <(echo "$lacking") <(echo "$left"))
else
    echo "docs/conventions.md: $(wc -l <<<"$pester") Pester tests that it names were not run here."
fi

absent=$(sed '/^$/d' <<<"$absent")
if [ -n "$absent" ]; then
    sed 's/^/docs\/conventions.md names a test that did not pass in this run: /' <<<"$absent"
    exit 1
fi

echo "docs/conventions.md: the tests that it names, as far as they ran here, passed."
