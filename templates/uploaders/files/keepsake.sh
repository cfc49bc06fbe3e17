#!/bin/sh
# Uploads photos and videos, prints their links and copies them.
#
#   keepsake photo.jpg video.mp4      files
#   flameshot gui --raw | keepsake    what another program gives
#   keepsake                          a region of the screen, for a shortcut key
#   keepsake --screen                 the whole screen
#
# Screenshots are taken with flameshot, spectacle, gnome-screenshot, grim and slurp, maim or
# screencapture, whichever is there; KEEPSAKE_TOOL=maim chooses. Needs curl.
# Delete links are saved in ~/.local/state/keepsake/uploads.tsv.
#
# This file holds a key. Keep it to yourself.
set -u
umask 077

API={{ given.api | as_shell }}
KEY={{ given.key | as_shell }}
LINK={{ given.link | as_shell }} # url: the file; url_viewer: its page
LOG=${XDG_STATE_HOME:-$HOME/.local/state}/keepsake/uploads.tsv
NL='
'

has() { command -v "$1" >/dev/null 2>&1; }

say() { printf '%s\n' "$*" >&2; }

to_clipboard() {
    if [ -n "${WAYLAND_DISPLAY:-}" ] && has wl-copy; then wl-copy
    elif [ -n "${DISPLAY:-}" ] && has xclip; then xclip -selection clipboard
    elif [ -n "${DISPLAY:-}" ] && has xsel; then xsel --clipboard --input
    elif has pbcopy; then pbcopy
    elif has clip.exe; then clip.exe
    else return 1
    fi >/dev/null 2>&1
}

notify() { # title, text
    if has notify-send; then notify-send -- "$1" "$2"
    elif has osascript; then
        osascript -e 'on run texts' -e 'display notification (item 2 of texts) with title (item 1 of texts)' \
            -e 'end run' "$1" "$2"
    fi >/dev/null 2>&1 || :
}

screenshot_tool() {
    order=${KEEPSAKE_TOOL:-}
    if [ -z "$order" ]; then
        case ${XDG_CURRENT_DESKTOP:-} in
            *GNOME*) order='gnome-screenshot' ;;
            *KDE*) order='spectacle' ;;
        esac
        if [ -n "${WAYLAND_DISPLAY:-}" ]; then order="$order grim flameshot spectacle gnome-screenshot"
        else order="$order flameshot maim spectacle gnome-screenshot screencapture"
        fi
    fi
    for tool in $order; do
        if has "$tool"; then printf '%s' "$tool"; return; fi
    done
    return 1
}

take_screenshot() { # tool, region or screen, file
    case $1-$2 in
        flameshot-region) flameshot gui --raw >"$3" ;;
        flameshot-screen) flameshot full --raw >"$3" ;;
        spectacle-region) spectacle --background --nonotify --region --output "$3" ;;
        spectacle-screen) spectacle --background --nonotify --fullscreen --output "$3" ;;
        gnome-screenshot-region) gnome-screenshot --area --file="$3" ;;
        gnome-screenshot-screen) gnome-screenshot --file="$3" ;;
        grim-region) region=$(slurp) && grim -g "$region" "$3" ;;
        grim-screen) grim "$3" ;;
        maim-region) maim --select "$3" ;;
        maim-screen) maim "$3" ;;
        screencapture-region) screencapture -i "$3" ;;
        screencapture-screen) screencapture "$3" ;;
        *) return 1 ;;
    esac && [ -s "$3" ]
}

in_quotes() { printf '%s' "$1" | sed 's/[\\"]/\\&/g'; }

# The answer is one line of JSON. Text in it never has a bare quote, so these patterns meet nothing else.
text_of() { printf '%s' "$body" | sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p"; }

link_of() {
    if [ "$LINK" = url ]; then printf '%s' "$body" | sed -n 's/.*"url": *"\([^"]*\)", *"ratio".*/\1/p'
    else text_of "$LINK"
    fi
}

failed=0
links=

upload() { # file, name
    # The key goes to curl by a pipe: in its arguments everybody on this computer could read it.
    answer=$(printf 'header = "X-API-Key: %s"\n' "$KEY" | curl --config - --silent --show-error --retry 2 \
        --write-out '\n%{http_code}' \
        --form "source=@\"$(in_quotes "$1")\";filename=\"$(in_quotes "$2")\"" --form format=json \
        {%- for name, value in given.parameters.items() %}
        --form {{ (name ~ "=" ~ value) | as_shell }} \
        {%- endfor %}
        "$API") || { fail "$2" "no answer from the server"; return; }
    code=${answer##*"$NL"}
    body=${answer%"$NL"*}
    link=$(link_of)
    if [ "$code" != 200 ] || [ -z "$link" ]; then
        message=$(text_of message)
        fail "$2" "${message:-the server answered $code}"
        return
    fi
    printf '%s\n' "$link"
    links=$links${links:+$NL}$link
    printf '%s\t%s\t%s\t%s\n' "$(date '+%Y-%m-%d %H:%M:%S')" "$link" "$(text_of delete_url)" \
        "$(printf '%s' "$2" | tr '\t\n' '  ')" >>"$LOG"
}

fail() { # name, reason
    failed=1
    say "$1: $2"
    notify 'Not uploaded' "$1: $2"
}

case ${1:-} in
    -h | --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit ;;
esac
has curl || { say 'keepsake needs curl.'; exit 1; }
mkdir -p "${LOG%/*}" || exit 1
temporary=$(mktemp -d) || exit 1
trap 'rm -rf "$temporary"' EXIT
trap 'exit 1' HUP INT TERM

if [ $# -eq 0 ] && { [ -p /dev/stdin ] || [ -f /dev/stdin ]; }; then set -- -; fi
[ $# -gt 0 ] || set -- --region
for argument in "$@"; do
    name=screenshot-$(date '+%Y-%m-%d-%H%M%S')
    case $argument in
        --region | --screen)
            tool=$(screenshot_tool) || {
                fail 'No screenshot' 'install flameshot, spectacle, gnome-screenshot, grim and slurp, or maim'
                continue
            }
            if take_screenshot "$tool" "${argument#--}" "$temporary/shot.png"; then
                upload "$temporary/shot.png" "$name.png"
            else failed=1; say 'No screenshot was taken.'
            fi
            rm -f "$temporary/shot.png" ;;
        -)
            cat >"$temporary/stdin"
            upload "$temporary/stdin" "$name" ;;
        *)
            if [ -f "$argument" ] && [ -r "$argument" ]; then upload "$argument" "${argument##*/}"
            else fail "$argument" 'there is no such file'
            fi ;;
    esac
done

if [ -n "$links" ]; then
    if printf '%s' "$links" | to_clipboard; then notify 'Link copied' "$links"; else notify 'Uploaded' "$links"; fi
fi
exit $failed
