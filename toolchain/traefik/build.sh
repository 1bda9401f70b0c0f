#!/usr/bin/env bash
# build.sh OUT: builds Traefik (the version is in part.json) as OUT, statically linked.
#
# Traefik embeds its dashboard, which its module does not contain, and a replaced module ignores the replace
# directives of the original. So the module is copied, given an empty dashboard, and built as main module.
set -euo pipefail

out=${1:?usage: build.sh OUT}
mkdir -p "$(dirname "$out")"
out="$(cd "$(dirname "$out")" && pwd)/$(basename "$out")"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
version="$(sed -n 's/.*"version": "\([^"]*\)".*/\1/p' "$here/part.json")"
ldflags="$(sed -n 's/.*"ldflags": "\([^"]*\)".*/\1/p' "$here/part.json")"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# Away from any go.mod or go.work that would have a say in the version. go.sum holds the checksum.
mkdir "$work/fetch"
cp "$here/go.mod" "$here/go.sum" "$work/fetch/"
cd "$work/fetch"
module="$(GOWORK=off go mod download -json "github.com/traefik/traefik/v3@v$version" | sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p')"

cp -R "$module" "$work/traefik"
chmod -R u+w "$work/traefik"
mkdir -p "$work/traefik/webui/static"
echo '<!doctype html><title>Traefik</title>' >"$work/traefik/webui/static/index.html"

cd "$work/traefik"
GOWORK=off CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w $ldflags" -o "$out" ./cmd/traefik
