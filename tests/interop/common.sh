# What the checks share. Each `run` reads it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
out=$root/target/interop
contract=$root/openapi/linq-v3.yaml
export PATH="$out/venv/bin:$here/node_modules/.bin:$PATH"
export PYTHONDONTWRITEBYTECODE=1 NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
# What is meant for the real service.
unset "${!LINQ_@}"
cd "$root"

started=()
stop() {
    [ ${#started[@]} = 0 ] || kill "${started[@]}" 2>/dev/null || true
    wait
}
trap stop EXIT

# Starts a server, and waits until it prints a line that matches the pattern; `line` is that line.
serve() {
    local pattern=$1 output
    shift
    exec {output}< <(exec "$@" 2>&1)
    started+=($!)
    while IFS= read -r line <&"$output"; do
        printf '%s\n' "$line"
        if [[ $line =~ $pattern ]]; then
            cat <&"$output" &
            return
        fi
    done
    echo "$1 did not start" >&2
    return 1
}

# Starts a sandbox on a free port, and sets the variables for its clients.
sandbox() {
    serve '^ *export LINQ_' cargo run --quiet --locked --package xtask -- sandbox --port 0
    export ${line#*export }
    export SANDBOX="${LINQ_API_V3_BASE_URL%/api/partner}/sandbox"
}

# Makes an empty directory for the output of a check, and prints its path.
emptied() {
    rm -rf "${out:?}/$1"
    mkdir -p "$out/$1"
    echo "$out/$1"
}
