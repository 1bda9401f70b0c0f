#!/usr/bin/env bash
# without-state.sh FOLDER: previews stack $STACK as the checkout has it, without its state, secrets and hosts: what may be
# done with a pull request that nobody has looked at. Writes FOLDER/without-state.md; on GitHub it is the job's summary,
# too, which takes no token. Its exit code is that of the preview, 3 where policies or gate refuse.
set -euo pipefail

readonly folder=${1:-}
readonly largest=$((1000 * 1024)) # bytes; a summary has 1 MiB
[[ -n $folder ]] || {
  echo "usage: without-state.sh FOLDER" >&2
  exit 2
}
[[ ${STACK:-} =~ ^[a-z][a-z0-9-]{0,30}$ ]] || {
  echo "without-state: STACK names no stack" >&2
  exit 2
}
cd -P "$(dirname "${BASH_SOURCE[0]}")/.."
mkdir -p "$folder"
readonly document=$folder/without-state.md

ended=0
if [[ -f Pulumi.$STACK.yaml ]]; then
  ./strongroom preview --stack "$STACK" --without-state --format markdown >"$document" || ended=$?
  [[ -s $document ]] || printf 'The preview without state failed with exit code %s; the log says why.\n' "$ended" >"$document"
else
  printf 'There is no `Pulumi.%s.yaml` to preview.\n' "$STACK" >"$document"
fi
[[ -z ${GITHUB_STEP_SUMMARY:-} ]] || head -c "$largest" "$document" >>"$GITHUB_STEP_SUMMARY"
exit "$ended"
