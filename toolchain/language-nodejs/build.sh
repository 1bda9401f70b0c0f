#!/usr/bin/env bash
# build.sh OUT: builds Pulumi's Node.js language host (the version is in go.mod) with options.go added, as OUT.
set -euo pipefail

out=${1:?usage: build.sh OUT}
mkdir -p "$(dirname "$out")"
out="$(cd "$(dirname "$out")" && pwd)/$(basename "$out")"
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
part() { sed -n "s/.*\"$1\": \"\([^\"]*\)\".*/\1/p" "$here/part.json"; }

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$here"
package="$(GOWORK=off go list -mod=mod -f '{{.Dir}}' "$(part package)")"
cp go.mod go.sum options.go "$package"/*.go "$work"
rm -f "$work"/*_test.go
cd "$work"
GOWORK=off GOFLAGS=-mod=mod CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w $(part ldflags)" -o "$out" .
