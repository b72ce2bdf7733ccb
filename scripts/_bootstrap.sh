# Shared by the scripts beside it, which source it: keeps .venv at the root in step with pyproject.toml.
# After `ensure runtime` or `ensure dev`, $root and $venv may be used.

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
venv=$root/.venv
unfinished=$venv/tuinet-unfinished

say() {
    printf 'tuinet: %s\n' "$*" >&2
}

fail() {
    say "$@"
    exit 2
}

ensure() {
    kind=$1
    # The path is part of it, since a venv does not survive a move.
    fingerprint="$(cksum <"$root/pyproject.toml") $root"
    if up_to_date; then return; fi
    lock
    up_to_date || install
    exec 9>&-
}

up_to_date() {
    [ -x "$venv/bin/python" ] && [ ! -e "$unfinished" ] &&
        [ "$(cat "$venv/tuinet-$kind" 2>/dev/null)" = "$fingerprint" ]
}

# The system drops this lock however the script ends. Where there is no flock, go on without.
lock() {
    [ -w "$root" ] || fail "cannot write to $root, where .venv belongs"
    command -v flock >/dev/null || return 0
    exec 9>"$root/.venv.lock"
    flock -n 9 && return
    say "waiting for another installation into .venv ..."
    flock 9 || :
}

install() {
    made=
    if whole; then
        say "updating .venv ..."
    else
        choose_python
        say "first use: installing into .venv ..."
        make_venv
    fi
    install_project
    record
}

# A venv that somebody else has made here will do, and stays.
whole() {
    [ ! -e "$unfinished" ] && new_enough "$(version_of "$venv/bin/python")" &&
        "$venv/bin/python" -m pip --version >/dev/null 2>&1 &&
        [ "$(cat "$venv/tuinet-root" 2>/dev/null || echo "$root")" = "$root" ]
}

version_of() {
    "$1" --version 2>&1 | sed -n 's/^Python \([0-9]*\.[0-9.]*\).*/\1/p'
}

new_enough() {
    [ -n "$1" ] || return 1
    minor=${1#*.}
    [ "${1%%.*}" -gt 3 ] || { [ "${1%%.*}" -eq 3 ] && [ "${minor%%.*}" -ge 11 ]; }
}

choose_python() {
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.14 python3.13 python3.12 python3.11
    fi
    for python; do
        if new_enough "$(version_of "$python")"; then return; fi
    done
    found=$(version_of "$1")
    fail "needs Python 3.11 or newer; $1 is ${found:-missing}. Set PYTHON=/path/to/python3.11"
}

make_venv() {
    rm -rf "$venv"
    mkdir "$venv"
    # From here on, whatever interrupts the installation leaves this mark, and the next one starts afresh.
    : >"$unfinished"
    made=yes
    output=$("$python" -m venv "$venv" 2>&1) || give_up \
        "$python cannot make a virtual environment; on Debian or Ubuntu: apt install python3-venv"
}

install_project() {
    target=.
    [ "$kind" = runtime ] || target='.[dev]'
    : >"$unfinished"
    output=$(quiet_pip install --editable "$target" 2>&1) || give_up "pip failed$(suspect_network)"
}

# Pip's own five retries keep a user without a network waiting for a minute and more.
quiet_pip() {
    cd "$root"
    PIP_RETRIES=${PIP_RETRIES:-2} "$venv/bin/python" -m pip --quiet --disable-pip-version-check "$@"
}

suspect_network() {
    case $output in
    *"from versions: none"* | *onnection* | *"timed out"* | *"name resolution"* | *"ailed to resolve"*)
        echo "; there seems to be no network" ;;
    esac
}

# Pip changes nothing before it has fetched everything, so that a venv which worked still does.
give_up() {
    rm -f "$unfinished"
    [ -z "$made" ] || rm -rf "$venv"
    fail "$1 [$(last_error)]"
}

last_error() {
    errors=$(printf '%s\n' "$output" | sed -n 's/^ *ERROR: //p')
    printf '%s\n' "${errors:-$output}" | sed '/^[[:space:]]*$/d' | tail -n 1
}

record() {
    echo "$root" >"$venv/tuinet-root"
    echo "$fingerprint" >"$venv/tuinet-runtime"
    [ "$kind" = runtime ] || echo "$fingerprint" >"$venv/tuinet-dev"
    rm -f "$unfinished"
}
