#!/usr/bin/env bash
# Keepsake as a service on a Debian 12 or 13 machine, with HTTPS:
#
#   sudo deploy/install.sh --url https://photos.example
#
#   --url URL        what people type: https://NAME, or http://NAME for a home network without HTTPS (Caddy only)
#   --proxy PROXY    caddy (default; gets a certificate by itself), nginx, or none (a tunnel, or one that you configure)
#   --uninstall      removes the service and the code, and keeps data, settings and the account that owns them
#
# Code goes to /opt/keepsake, data to /var/lib/keepsake. It can be run again: what is there stays as it is, and what
# is missing is added. It updates nothing; that is "make update" in /opt/keepsake (docs/updating.md).
set -euo pipefail
umask 022  # the service and the proxy read what root writes here; what is secret is written as such

CODE=/opt/keepsake
DATA=/var/lib/keepsake
UNIT=/etc/systemd/system/keepsake.service
COMMAND=/usr/local/bin/keepsake
NGINX_SITE=/etc/nginx/sites-available/keepsake
CADDY_SITE=/etc/caddy/keepsake.caddy
CADDYFILE=/etc/caddy/Caddyfile
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

url='' proxy='' uninstall=''
say() { printf '%s\n' "$*"; }
fail() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }
runs_systemd() { [ -d /run/systemd/system ]; }
git_at() { git -C "$1" -c safe.directory="$1" "${@:2}"; }
is_clone() { git_at "$1" rev-parse --verify -q HEAD >/dev/null 2>&1 && [ -e "$1/.git" ]; }
setting() { sed -n "s/^$1 *= *\"\{0,1\}\([^\" #]*\).*/\1/p" "$DATA/config.toml" 2>/dev/null | head -n 1; }
port() { local there; there=$(setting port || true); echo "${there:-8000}"; }
as_keepsake() { (cd "$CODE" && runuser -u keepsake -- env KEEPSAKE_DATA="$DATA" "$@"); }

read_arguments() {
    while [ $# -gt 0 ]; do
        case $1 in
            --url) url=${2-} && shift ;;
            --url=*) url=${1#*=} ;;
            --proxy) proxy=${2-} && shift ;;
            --proxy=*) proxy=${1#*=} ;;
            --uninstall) uninstall=1 ;;
            -h | --help) sed -n '2,/^set/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit ;;
            *) fail "$1 is not an option; --help lists them." ;;
        esac
        shift || fail "The last option needs a value; --help says which."
    done
}

check_machine() {
    [ "$(id -u)" = 0 ] || fail "Run it as root: sudo deploy/install.sh"
    command -v apt-get >/dev/null || fail "This is for Debian and its relatives. docs/deploying.md has the steps for others."
}

check_arguments() {
    # One that is in front already stays there.
    if [ -z "$proxy" ]; then
        if [ -e "$NGINX_SITE" ]; then proxy=nginx; elif [ -e "$CADDY_SITE" ]; then proxy=caddy
        elif command -v nginx >/dev/null && ! command -v caddy >/dev/null; then proxy=nginx; else proxy=caddy; fi
    fi
    case $proxy in caddy | nginx | none) ;; *) fail "--proxy is caddy, nginx or none." ;; esac
    if [ -z "$url" ] && [ -f "$DATA/config.toml" ]; then
        url=$(sed -n 's/^public_url *= *"\(.*\)"/\1/p' "$DATA/config.toml" | head -n 1)
    fi
    if [ -z "$url" ] && [ -t 0 ]; then
        read -rp "What will people type to open Keepsake? (such as https://photos.example) " url
    fi
    [ -n "$url" ] || fail "Say what people type to open it: --url https://photos.example"
    [[ $url =~ ^https?://([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)/?$ ]] ||
        fail "$url must be https:// or http:// and a name, without port and path. docs/running.md says how to use a path."
    url=${url%/}
    name=${BASH_REMATCH[1]}
    if [ "$proxy" = nginx ] && [[ $url = http:* ]]; then fail "With nginx, the URL begins with https://."; fi
}

install_packages() {
    local wanted=(python3 python3-venv git make ca-certificates) missing=() one
    [ "$proxy" = none ] || wanted+=("$proxy")
    [ "$proxy" != nginx ] || wanted+=(openssl)
    for one in "${wanted[@]}"; do
        dpkg-query -W -f '${Status}' "$one" 2>/dev/null | grep -q ' installed$' || missing+=("$one")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        say "Installing ${missing[*]} ..."
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    fi
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Keepsake needs Python 3.11 or newer."
}

make_user() {
    id keepsake >/dev/null 2>&1 ||
        useradd --system --user-group --home-dir "$DATA" --no-create-home --shell /usr/sbin/nologin keepsake
}

# Tried where the code goes: its data would stay there unseen, beside a service that begins with nothing.
check_data() {
    [ ! -e "$CODE/instance/keepsake.sqlite3" ] || fail "There are uploads in $CODE/instance. Stop the Keepsake that runs there, then move them \
to where the service has its own, and run this again: $(
        if [ -e "$DATA" ]; then echo "$DATA is there, too: decide which of both you need."; else echo "sudo mv $CODE/instance $DATA"; fi)"
}

# Files and folders of the version that is there, each ended by a zero byte.
tracked() {
    local one
    cd "$CODE"
    printf '.\0'
    git_at "$CODE" ls-tree -rtz --name-only HEAD | while IFS= read -rd '' one; do
        if [ -e "$one" ] && [ ! -L "$one" ] && [[ $one != instance* ]]; then printf '%s\0' "$one"; fi
    done
}

install_code() {
    if [ ! -e "$CODE" ]; then
        # Under another name until it is whole: a kill leaves nothing that looks like it.
        rm -rf "$CODE.new"
        if is_clone "$HERE"; then
            git -c safe.directory="$HERE" clone -q --no-hardlinks "$HERE" "$CODE.new"
            local origin
            origin=$(git_at "$HERE" remote get-url origin 2>/dev/null || true)
            [ -z "$origin" ] || git_at "$CODE.new" remote set-url origin "$origin"
        else
            mkdir -p "$CODE.new/instance"
            tar -C "$HERE" --exclude=./instance --exclude=./.venv --exclude=./.venvs --exclude=./.update -cf - . |
                tar -C "$CODE.new" --no-same-owner -xf -
        fi
        give_to_root "$CODE.new"
        mv -T "$CODE.new" "$CODE"
    elif is_clone "$CODE"; then
        # Only what Git brought: what else lies there, such as the copy of a database, stays shut.
        [ -e "$CODE/instance/.gitkeep" ] || git_at "$CODE" checkout -q -- instance/.gitkeep || true
        tracked | (cd "$CODE" && xargs -0 chown root:root)
        tracked | (cd "$CODE" && xargs -0 chmod go+rX,go-w)
        give_to_root "$CODE/.git"
        if [ -e "$CODE/.venv" ]; then give_to_root "$(readlink -f "$CODE/.venv")"; fi
    fi
    make -s -C "$CODE" .venv/run.stamp
    "$CODE/.venv/bin/python" -m compileall -q -x '/(\.venv|tests|benchmarks|templates)/' "$CODE"
}

# So that a fault of the service can't change what it runs.
give_to_root() {
    chown -Rh root:root "$@"
    chmod -R go+rX,go-w "$@"
}

make_data() {
    # What was moved here is somebody else's, as was the Keepsake that made it.
    if [ -e "$DATA/keepsake.sqlite3" ] && [ "$(stat -c %U "$DATA/keepsake.sqlite3")" != keepsake ]; then
        chown -Rh keepsake:keepsake "$DATA"
    fi
    install -d -o keepsake -g keepsake -m 711 "$DATA"
    if [ ! -e "$DATA/config.toml" ]; then
        install -o keepsake -g keepsake -m 600 /dev/null "$DATA/config.toml"
        cat >"$DATA/config.toml" <<TOML
# Keepsake's settings that are fixed while it runs: docs/settings.md. After a change: systemctl restart keepsake
host = "127.0.0.1"          # the reverse proxy alone reaches it
trusted_proxies = 1
public_url = "$url"
TOML
    fi
}

install_service() {
    local verb=start
    if [ -f "$UNIT" ] && ! cmp -s "$CODE/deploy/keepsake.service" "$UNIT"; then
        verb=restart
        cp -p "$UNIT" "$UNIT.before"
        say "$UNIT was another one; it is kept as keepsake.service.before. Drop-ins stay."
    fi
    install -m 644 "$CODE/deploy/keepsake.service" "$UNIT"
    install -m 755 "$CODE/deploy/keepsake" "$COMMAND"
    systemctl -q enable keepsake
    if runs_systemd; then
        systemctl daemon-reload
        systemctl "$verb" keepsake
    fi
}

# A certificate that nobody signed, until there is a better one: nginx doesn't start without.
make_certificate() {
    [ ! -e /etc/keepsake/certificate.pem ] || return 0
    install -d -m 755 /etc/keepsake
    local kind=DNS
    [[ $name =~ ^[0-9.]+$ ]] && kind=IP
    (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 825 -subj "/CN=$name" \
        -addext "subjectAltName=$kind:$name" -keyout /etc/keepsake/key.pem -out /etc/keepsake/certificate.pem 2>/dev/null)
}

install_nginx() {
    make_certificate
    if [ ! -e "$NGINX_SITE" ]; then
        sed "s/photos\.example/$name/g; s/127\.0\.0\.1:8000/127.0.0.1:$(port)/" "$CODE/deploy/nginx.conf" >"$NGINX_SITE"
        ln -sfn "$NGINX_SITE" /etc/nginx/sites-enabled/keepsake
    fi
    nginx -t -q || fail "nginx doesn't accept its configuration; see above."
    systemctl -q enable nginx
    if runs_systemd; then systemctl reload-or-restart nginx; fi
}

# Names that the Internet doesn't know get a certificate of Caddy's own authority.
is_at_home() { [[ $name != *.* || $name =~ \.(lan|local|localhost|internal|home|test|home\.arpa)$ || $name =~ ^[0-9.]+$ ]]; }

install_caddy() {
    if [ ! -e "$CADDY_SITE" ]; then
        sed "s,https://photos\.example,$url,; s,photos\.example,$name,g; s/127\.0\.0\.1:8000/127.0.0.1:$(port)/" \
            "$CODE/deploy/Caddyfile" >"$CADDY_SITE"
        if [[ $url = https:* ]] && is_at_home; then sed -i 's/{.KEEPSAKE_TLS}/tls internal/' "$CADDY_SITE"; fi
    fi
    if ! grep -qs '^import keepsake.caddy' "$CADDYFILE"; then
        # What comes with the package answers for all names; where it is untouched, nobody needs it.
        if [ -f "$CADDYFILE" ] && ! dpkg --verify caddy | grep -q "$CADDYFILE"; then
            mv "$CADDYFILE" "$CADDYFILE.before-keepsake"
        fi
        say "import keepsake.caddy" >>"$CADDYFILE"
    fi
    caddy validate --adapter caddyfile --config "$CADDYFILE" >/dev/null 2>&1 ||
        fail "Caddy doesn't accept its configuration: caddy validate --adapter caddyfile --config $CADDYFILE"
    systemctl -q enable caddy
    if runs_systemd; then systemctl reload-or-restart caddy; fi
}

wait_until_it_answers() {
    local host _
    host=$(setting host || true)
    case $host in '' | 0.0.0.0 | ::) host=127.0.0.1 ;; *:*) host="[$host]" ;; esac
    for _ in $(seq 60); do
        if "$CODE/.venv/bin/python" - "http://$host:$(port)/healthz" <<'PYTHON' 2>/dev/null; then return; fi
import sys
from urllib.request import urlopen
urlopen(sys.argv[1], timeout=5)
PYTHON
        sleep 1
    done
    fail "Keepsake doesn't answer. Its log: journalctl -u keepsake"
}

say_what_is_next() {
    say ""
    if ! runs_systemd; then
        say "All is installed, and starts with the machine: systemd doesn't run here, so nothing was started."
        say "Without systemd: runuser -u keepsake -- env KEEPSAKE_DATA=$DATA $CODE/.venv/bin/python $CODE/app.py"
    else
        wait_until_it_answers
        local link people
        link=$(journalctl -u keepsake -o cat --no-pager 2>/dev/null | grep -o 'http[^ ]*/setup/[^ ]*' | tail -n 1 || true)
        say "Keepsake runs at $url"
        # Where nobody can be asked, the link may be one of long ago, which works no more.
        if people=$(as_keepsake .venv/bin/flask --app app.py user list 2>/dev/null) && [ -z "$people" ] && [ -n "$link" ]; then
            say "Create your account (works once): $link"
        fi
    fi
    case $proxy in
        nginx) say "For a certificate that browsers trust: apt install certbot python3-certbot-nginx && certbot --nginx -d $name" ;;
        caddy) if is_at_home && [[ $url = https:* ]]; then
            say "Devices trust it once they have Caddy's root certificate: /var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt"
        fi ;;
        none) say "Your own proxy or tunnel leads to http://127.0.0.1:$(port); docs/deploying.md has some." ;;
    esac
    say "Commands: sudo keepsake --help. Settings: $DATA/config.toml. Log: journalctl -u keepsake. All else: docs/deploying.md."
}

# What is in the folder of the code and isn't code: data, a folder of backups, what somebody wrote.
foreign() {
    [ -d "$CODE" ] || return 0
    {
        find "$CODE" \( -path "$CODE/.update" -o -path "$CODE/.git" \) -prune -o \
            \( -name keepsake.sqlite3 -o -name keepsake-backup.json \) -printf '%P\n'
        if is_clone "$CODE"; then
            { git_at "$CODE" -c core.quotePath=false ls-files -o && git_at "$CODE" diff --name-only HEAD; } |
                grep -Ev '^\.(venv|venvs|update)(/|$)|\.pyc$'
        elif [ -d "$CODE/instance" ]; then
            find "$CODE/instance" -type f ! -name .gitkeep -printf 'instance/%P\n'
        fi || true
    } | sort -u
}

remove() {
    local rest
    rest=$(foreign)
    [ -z "$rest" ] || fail "$CODE is deleted, and this in it isn't Keepsake's code: $(head -n 5 <<<"$rest" | paste -sd ' '). Move it away first."
    if runs_systemd; then systemctl -q disable --now keepsake 2>/dev/null || true; fi
    systemctl -q disable keepsake 2>/dev/null || true
    rm -f "$UNIT" "$COMMAND" "$NGINX_SITE" /etc/nginx/sites-enabled/keepsake "$CADDY_SITE"
    [ ! -f "$CADDYFILE" ] || sed -i '/^import keepsake.caddy$/d' "$CADDYFILE"
    if [ -f "$CADDYFILE.before-keepsake" ] && [ ! -s "$CADDYFILE" ]; then mv "$CADDYFILE.before-keepsake" "$CADDYFILE"; fi
    rm -rf "$CODE"
    if runs_systemd; then
        systemctl daemon-reload
        systemctl -q try-reload-or-restart nginx caddy 2>/dev/null || true
    fi
    say "Keepsake is removed. Its data is still in $DATA, and belongs to the account keepsake."
}

main() {
    read_arguments "$@"
    check_machine
    if [ -n "$uninstall" ]; then remove && return; fi
    check_arguments
    check_data
    install_packages
    make_user
    install_code
    make_data
    install_service
    if [ "$proxy" != none ]; then "install_$proxy"; fi
    say_what_is_next
}

# Tests source it, and call its parts.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then main "$@"; fi
