#!/usr/bin/env bash
# pull-request.sh classify|preview FOLDER: what a pipeline of the base branch does with commit $HEAD_COMMIT of a pull
# request to stack $STACK. Both write FOLDER/comment.md, which is to be posted, and FOLDER/verdict; on GitHub both are
# the step's outputs as well.
#
# classify, without any secret: verdict `preview` if the pull request changes the stack's configuration alone; `nothing`
#   if it does not change it; `mocks` if it changes the program, too; `refused` if its files cannot be taken.
# preview, with the secrets of a preview: takes the configuration and previews. Its exit code is that of
#   `./strongroom preview`, 3 where the gate refuses.
set -euo pipefail

readonly mode=${1:-} folder=${2:-}
# So that the text fits into one environment variable, where Linux takes 128 KiB.
readonly largest=$((120 * 1024))
here=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
[[ $mode == classify || $mode == preview ]] && [[ -n $folder ]] || {
  echo "usage: pull-request.sh classify|preview FOLDER" >&2
  exit 2
}
[[ ${STACK:-} =~ ^[a-z][a-z0-9-]{0,30}$ ]] || {
  echo "pull-request: STACK names no stack" >&2
  exit 2
}
readonly marker="<!-- strongroom-preview $STACK -->" commit=${HEAD_COMMIT:0:12}
mkdir -p "$folder"

# report VERDICT TEXT…: leaves verdict and comment.
report() {
  printf '%s\n' "$1" >"$folder/verdict"
  printf '%s\n' "$marker" "" "${@:2}" >"$folder/comment.md"
}

# The outputs of a step on GitHub; the delimiter cannot be foreseen by whoever wrote a part of the text.
publish() {
  [[ -n ${GITHUB_OUTPUT:-} ]] || return 0
  local delimiter
  delimiter=end-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  {
    echo "verdict=$(<"$folder/verdict")"
    echo "comment<<$delimiter"
    cat "$folder/comment.md"
    echo "$delimiter"
  } >>"$GITHUB_OUTPUT"
}

taken=0
files=$("$here/take-config.sh" "${HEAD_COMMIT:-}") || taken=$?
case $taken in
  0)
    if ! grep -qx "Pulumi.$STACK.yaml" <<<"$files"; then
      report nothing "Commit \`$commit\` does not change \`Pulumi.$STACK.yaml\`: there is nothing to preview for stack \`$STACK\`."
    else
      report preview "Stack \`$STACK\` at commit \`$commit\`: not previewed yet. The preview waits for approval, or failed before it could say anything; the pipeline shows which."
    fi
    ;;
  3) report refused "Stack \`$STACK\`: not previewed." "" "$files" ;;
  4) report mocks "Stack \`$STACK\`: a change of the program is tested on mocks and previewed without state only, in a pipeline without secrets, whose page shows that preview. The stack itself is previewed with it after the merge, before anything is applied." "" "$files" ;;
  *)
    report refused "Stack \`$STACK\`: not previewed, since the pull request could not be read; the pipeline's log says why."
    publish
    exit "$taken"
    ;;
esac

if [[ $mode == classify ]]; then
  publish
  exit 0
fi
if [[ $(<"$folder/verdict") != preview ]]; then
  publish
  exit 3
fi
if [[ -n ${STRONGROOM_SSH_KEY:-} ]]; then
  echo "pull-request: STRONGROOM_SSH_KEY is set; the Docker host's key belongs to the environment that applies, alone" >&2
  exit 2
fi

ended=0
"$here/with-credentials.sh" "$here/../strongroom" preview --stack "$STACK" --digest --format markdown >"$folder/preview.md" || ended=$?
if ! head -n 1 "$folder/preview.md" | grep -qxF "$marker"; then
  report preview "Stack \`$STACK\` at commit \`$commit\`: the preview failed with exit code $ended; the pipeline's log says why."
  ((ended != 0)) || ended=1
elif (($(wc -c <"$folder/preview.md") > largest)); then
  report preview "Stack \`$STACK\` at commit \`$commit\`: the preview ended with exit code $ended, and its text is too long for a comment."
else
  cp "$folder/preview.md" "$folder/comment.md"
  printf '\nPreviewed: configuration of `%s`, program of `%s`.\n' "$commit" "$(git rev-parse --short=12 HEAD)" >>"$folder/comment.md"
fi
publish
exit "$ended"
