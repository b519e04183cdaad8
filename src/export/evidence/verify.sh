#!/bin/sh
# Checks this evidence with a POSIX shell, sha256sum, openssl (3.0 or later) and the usual small tools alone.
#
#   sh verify.sh [KEY]
#
# KEY is the public key of the archive (name+id+key) or its id, from where its keeper publishes it.
# It ends with 0 where everything holds, and with 1 where something does not; each fault is named.

set -u
LC_ALL=C
export LC_ALL
here=$(dirname "$0")
cd "$here" || exit 2
expected=${1:-}
faults=0
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
newline='
'

fault() {
    faults=$((faults + 1))
    printf 'FAULT  %s\n' "$1"
}

holds() {
    printf 'holds  %s\n' "$1"
}

hash_of() {
    # The hash is the first word of what sha256sum prints.
    sum=$(sha256sum <"$1")
    printf '%s' "${sum%% *}"
}

# Every file is as the manifest lists it, and there is no other.
manifest=0
listed="$newline"
if [ -f MANIFEST.sha256 ]; then
    before=$faults
    while read -r hash path; do
        manifest=$((manifest + 1))
        listed="$listed$path$newline"
        if [ ! -f "$path" ]; then
            fault "$path: it is listed and missing"
        elif [ "$(hash_of "$path")" != "$hash" ]; then
            fault "$path: it is not the file that was signed (its SHA-256 differs)"
        fi
    done <MANIFEST.sha256
    for path in * */*; do
        [ -f "$path" ] || continue
        case "$path" in MANIFEST.sha256 | MANIFEST.note) continue ;; esac
        case "$listed" in
        *"$newline$path$newline"*) ;;
        *) fault "$path: it is not in the list that was signed" ;;
        esac
    done
    [ "$faults" = "$before" ] && holds "$manifest files are as MANIFEST.sha256 lists them"
else
    fault "MANIFEST.sha256: it is missing"
fi

# The key, and its id: the first four bytes of SHA-256 over name, line feed, 0x01 and the key.
name=""
id=""
if [ -f checkpoint/public.txt ] && [ -f checkpoint/public.pem ]; then
    read -r public <checkpoint/public.txt
    name=${public%%+*}
    openssl pkey -pubin -in checkpoint/public.pem -outform DER 2>/dev/null | tail -c 32 >"$work/key"
    { printf '%s\n\001' "$name"; cat "$work/key"; } >"$work/named"
    sum=$(hash_of "$work/named")
    id=$(printf '%s' "$sum" | cut -c 1-8)
    encoded=$({ printf '\001'; cat "$work/key"; } | openssl base64 -A)
    if [ "$public" = "$name+$id+$encoded" ]; then
        holds "the public key in this file is $public"
    else
        fault "checkpoint/public.txt: it is not the key of checkpoint/public.pem"
    fi
    case "$expected" in
    "") printf 'NOTE   compare this key with the one the archive publishes: this file cannot vouch for itself\n' ;;
    "$public" | "$id") holds "it is the key you gave" ;;
    *) fault "checkpoint/public.txt: it is not the key you gave" ;;
    esac
else
    fault "checkpoint/public.txt or checkpoint/public.pem: it is missing"
fi

# Whether a note is signed with that key. Its text is left in $work/text.
signed() {
    : >"$work/text"
    : >"$work/signature"
    part=text
    signature=""
    while IFS= read -r line || [ -n "$line" ]; do
        if [ "$part" = text ] && [ -z "$line" ]; then
            part=signatures
        elif [ "$part" = text ]; then
            printf '%s\n' "$line" >>"$work/text"
        else
            case "$line" in
            "— $name "*) signature=${line##* } ;;
            *) return 1 ;;
            esac
        fi
    done <"$1"
    [ -n "$signature" ] || return 1
    printf '%s' "$signature" | openssl base64 -d -A >"$work/signed" 2>/dev/null || return 1
    # One way of writing these bytes only, and nothing else in the note.
    [ "$(openssl base64 -A <"$work/signed")" = "$signature" ] || return 1
    { cat "$work/text"; printf '\n— %s %s\n' "$name" "$signature"; } >"$work/again"
    [ "$(hash_of "$work/again")" = "$(hash_of "$1")" ] || return 1
    head -c 4 "$work/signed" >"$work/id"
    own=$(od -An -tx1 "$work/id" | tr -d ' \n')
    [ "$own" = "$id" ] || return 1
    tail -c +5 "$work/signed" >"$work/signature"
    openssl pkeyutl -verify -pubin -inkey checkpoint/public.pem -rawin -in "$work/text" \
        -sigfile "$work/signature" >/dev/null 2>&1
}

if [ ! -f MANIFEST.note ]; then
    fault "MANIFEST.note: it is missing"
elif signed MANIFEST.note; then
    { read -r origin && read -r what && read -r root_of; } <"$work/text"
    if [ "$what" != evidence ] || [ "$origin" != "$name" ]; then
        fault "MANIFEST.note: it is not the signature of a list of evidence"
    elif [ "$root_of" != "$(hash_of MANIFEST.sha256)" ]; then
        fault "MANIFEST.sha256: it is not the list that was signed"
    else
        holds "MANIFEST.sha256 is signed by $name"
    fi
else
    fault "MANIFEST.note: its signature does not hold"
fi

# The checkpoint: a name, a size and a root.
size=0
root=""
if [ ! -f checkpoint/checkpoint.note ]; then
    fault "checkpoint/checkpoint.note: it is missing"
elif signed checkpoint/checkpoint.note; then
    { read -r origin && read -r size && read -r root; } <"$work/text"
    if [ "$origin" = "$name" ]; then
        holds "the checkpoint over $size entries is signed by $name"
    else
        fault "checkpoint/checkpoint.note: it is of another archive"
    fi
else
    fault "checkpoint/checkpoint.note: its signature does not hold"
fi

decode() {
    printf '%s' "$1" | openssl base64 -d -A
}

# SHA-256 of 0x01 and two hashes, all in base 64.
node() {
    { printf '\001'; decode "$1"; decode "$2"; } | openssl dgst -sha256 -binary | openssl base64 -A
}

# Whether the path of an entry leads to the root (RFC 9162, section 2.1.3.2).
leads() {
    hash=$({ printf '\000'; cat "chain/$1.json"; } | openssl dgst -sha256 -binary | openssl base64 -A)
    {
        read -r own && read -r all || return 1
        [ "$all" = "$size" ] && [ "$own" = $(($1 - 1)) ] && [ "$own" -lt "$all" ] || return 1
        last=$((all - 1))
        while read -r beside; do
            [ "$last" -gt 0 ] || return 1
            if [ $((own % 2)) = 1 ] || [ "$own" = "$last" ]; then
                hash=$(node "$beside" "$hash")
                while [ $((own % 2)) = 0 ] && [ "$own" -gt 0 ]; do
                    own=$((own / 2))
                    last=$((last / 2))
                done
            else
                hash=$(node "$hash" "$beside")
            fi
            own=$((own / 2))
            last=$((last / 2))
        done
        [ "$last" = 0 ] && [ "$hash" = "$root" ]
    } <"chain/$1.proof"
}

entries=0
before=$faults
for path in chain/*.json; do
    [ -f "$path" ] || continue
    no=${path#chain/}
    no=${no%.json}
    case "$no" in *[!0-9]* | "") fault "$path: it is no entry"; continue ;; esac
    entries=$((entries + 1))
    json=$(cat "$path")
    case "$json" in
    *"\"no\":$no,"*) ;;
    *) fault "$path: it is another entry than its name says" ;;
    esac
    if [ ! -f "chain/$no.proof" ]; then
        fault "chain/$no.proof: it is missing"
    elif ! leads "$no"; then
        fault "chain/$no.json: it does not stand below the checkpoint"
    fi
    previous=chain/$((no - 1)).json
    if [ -f "$previous" ]; then
        hash=$(hash_of "$previous")
        case "$json" in
        *"\"previous\":\"$hash\""*) ;;
        *) fault "$path: it does not follow $previous" ;;
        esac
    fi
done
if [ "$entries" = 0 ]; then
    fault "chain: there are no entries"
elif [ "$faults" = "$before" ]; then
    holds "$entries entries stand below the checkpoint"
fi

# The entries name the files by their hashes.
bound=0
before=$faults
if [ -f bindings.txt ]; then
    while read -r no key hash path; do
        bound=$((bound + 1))
        if [ ! -f "$path" ] || [ ! -f "chain/$no.json" ]; then
            fault "$path: it, or the entry that names it, is missing"
            continue
        fi
        json=$(cat "chain/$no.json")
        case "$json" in
        *"\"$key\":\"$hash\""*) ;;
        *) fault "bindings.txt: entry $no does not name $path" ;;
        esac
        if [ "$(hash_of "$path")" != "$hash" ]; then
            fault "$path: it is not what entry $no names"
        fi
    done <bindings.txt
fi
if [ "$bound" = 0 ]; then
    fault "bindings.txt: it names no files"
elif [ "$faults" = "$before" ]; then
    holds "$bound files are named by these entries"
fi

for stamp in checkpoint/stamp-*.tsr; do
    [ -f "$stamp" ] || continue
    printf 'NOTE   %s: check it with openssl ts -verify -data checkpoint/checkpoint.note -in %s -CAfile FILE\n' "$stamp" "$stamp"
done

if [ "$faults" = 0 ]; then
    printf 'Everything holds.\n'
    exit 0
fi
printf '%s faults.\n' "$faults"
exit 1
