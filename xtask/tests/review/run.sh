#!/usr/bin/env bash
# Writes review pages and opens them in headless Chromium. Pages and screenshots are in target/review. Exits with 77 if
# there is no Chromium and none can be installed.
set -euo pipefail
cd "$(dirname "$0")/../../.."
here=xtask/tests/review out=target/review

installed() { command -v chromium google-chrome chromium-browser | head -n 1; }
if [ -z "$(installed)" ] && command -v apt-get >/dev/null; then
    sudo=$([ "$(id -u)" = 0 ] || echo sudo)
    $sudo apt-get update -qq && $sudo apt-get install -y -qq --no-install-recommends chromium || true
fi
if [ -z "$(installed)" ]; then
    echo "There is no Chromium: install it (on Debian \`apt install chromium\`)." >&2
    exit 77
fi
CHROMIUM=$(installed)
export CHROMIUM

npm ci --prefix "$here" --no-audit --no-fund
rm -rf "$out"
mkdir -p "$out"
review() { cargo xtask spec review "$1" "$2" --approvals "$out/approved.yaml" --output "$out/$3.html"; }

# The first change is approved. The comparison fails, because the others are not.
changes=$(cargo xtask spec diff "$here/old.yaml" "$here/new.yaml" --format json) || [ $? = 2 ]
fingerprint=$(grep -om1 '"fingerprint": "[^"]*"' <<< "$changes" | cut -d '"' -f 4)
echo "approved: [{ fingerprint: $fingerprint, reason: Nobody uses it., who: Ann Lee }]" > "$out/approved.yaml"

contract=openapi/linq-v3.yaml
review "$contract" "$contract" contract
review "$here/old.yaml" "$here/new.yaml" changes
review "$here/old.yaml" "$here/new.yaml" again
sed "s/HUGE/$(printf 'word%.0s ' {1..20000})/" "$here/hostile.yaml" > "$out/hostile.yaml"
review "$here/old.yaml" "$out/hostile.yaml" hostile
sed 's/^openapi: .*/openapi: 4.0.0/' "$here/new.yaml" > "$out/unknown.yaml"
review "$here/old.yaml" "$out/unknown.yaml" unknown

# The same documents make the same page.
cmp "$out/changes.html" "$out/again.html"
timeout 300 node --test --test-reporter spec "$here/page.test.js"
