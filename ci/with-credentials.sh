#!/usr/bin/env bash
# with-credentials.sh COMMAND…: runs a command on stack $STACK with the credentials that a pipeline's environment holds
# as variables. They lie in files that only this user can read, of a folder that is removed at the end, and are no
# longer in the command's environment:
#   STRONGROOM_PASSPHRASE    the stack's passphrase; not set for a stack with a key management service
#   STRONGROOM_SSH_KEY       private key for the Docker host; not set where a preview is all that may be done
#   STRONGROOM_KNOWN_HOSTS   the host's public key, as lines of known_hosts; without it no host is trusted
# What the state's bucket and the key management service need stays in the environment, where the engine looks for it.
set -euo pipefail

die() {
  echo "with-credentials: $1" >&2
  exit 2
}

[[ ${STACK:-} =~ ^[a-z][a-z0-9-]{0,30}$ ]] || die "STACK: names no stack"
# On a pipeline's machine an own state would be empty, and everything would be made anew.
[[ -n ${PULUMI_BACKEND_URL:-} ]] || die "PULUMI_BACKEND_URL is not set: a pipeline needs remote state"
[[ -z ${STRONGROOM_SSH_KEY:-} || -n ${STRONGROOM_KNOWN_HOSTS:-} ]] ||
  die "STRONGROOM_KNOWN_HOSTS is not set: the Docker host's key is pinned, never asked for"

umask 077
folder=$(mktemp -d "${TMPDIR:-/tmp}/strongroom-ci.XXXXXX")
trap 'rm -rf "$folder"' EXIT
readonly folder home=$folder/home ssh=$folder/ssh
mkdir -p "$home/stacks/$STACK" "$ssh/bin"
[[ -z ${STRONGROOM_PASSPHRASE:-} ]] || printf '%s\n' "$STRONGROOM_PASSPHRASE" >"$home/stacks/$STACK/passphrase"
[[ -z ${STRONGROOM_SSH_KEY:-} ]] || printf '%s\n' "${STRONGROOM_SSH_KEY//$'\r'/}" >"$ssh/key"
printf '%s\n' "${STRONGROOM_KNOWN_HOSTS:-}" >"$ssh/known_hosts"
# One connection carries all calls: a login for each takes most of an update's time. A socket's path has 108 bytes at
# most (unix(7)), of which ssh adds 58 of its own to the folder's; without the line each call logs in itself.
shared=
((${#folder} > 49)) || shared="ControlMaster auto
ControlPath $folder/%C
ControlPersist 10"
cat >"$ssh/config" <<CONFIG
BatchMode yes
StrictHostKeyChecking yes
UserKnownHostsFile $ssh/known_hosts
GlobalKnownHostsFile /dev/null
UpdateHostKeys no
IdentitiesOnly yes
IdentityFile $ssh/key
IdentityAgent none
ForwardAgent no
ConnectTimeout 20
$shared
CONFIG
# Docker runs the `ssh` of PATH and can be given no options for it. The user's own settings are not read.
real=$(type -P ssh) || die "ssh is not installed"
printf '#!/bin/sh\nexec "%s" -F "%s" "$@"\n' "$real" "$ssh/config" >"$ssh/bin/ssh"
chmod 700 "$ssh/bin/ssh"

unset STRONGROOM_PASSPHRASE STRONGROOM_SSH_KEY STRONGROOM_KNOWN_HOSTS SSH_AUTH_SOCK
# A cancelled pipeline tells this process alone; strongroom finishes the steps that have begun. Set before the
# command starts: it may print, and somebody cancel, before this process has run another line.
child='' cancelled=''
trap 'cancelled=1; [[ -z $child ]] || kill -TERM "$child" 2>/dev/null || true' INT TERM HUP
STRONGROOM_HOME=$home PATH=$ssh/bin:$PATH "$@" &
child=$!
[[ -z $cancelled ]] || kill -TERM "$child" 2>/dev/null || true
while :; do
  code=0
  wait "$child" || code=$?
  kill -0 "$child" 2>/dev/null || exit "$code"
done
