#!/usr/bin/env bash
# apply.sh: makes stack $STACK what the tip of branch $BRANCH says. Only the tip is applied: a pipeline that was run
# again, or that waited for an approval meanwhile, would take the stack back. A line `Strongroom-Plan: DIGEST` at the end
# of the tip's message holds the update to the plan whose digest the preview showed; lines `Strongroom-Confirm: TASK`
# beside it answer for the tasks that the update leaves to people.
set -euo pipefail

tip=$(git ls-remote --exit-code origin "refs/heads/${BRANCH:?}")
here=$(git rev-parse HEAD)
if [[ ${tip%%$'\t'*} != "$here" ]]; then
  echo "apply: ${here:0:12} is not the tip of $BRANCH any more; nothing was applied, the tip has a pipeline of its own" >&2
  exit 3
fi
cd -P "$(dirname "${BASH_SOURCE[0]}")/.."
plans=$(git log -1 --format='%(trailers:key=Strongroom-Plan,valueonly)')
# Git calls trailers only what stands in the message's last paragraph: a plan elsewhere would hold the update to nothing.
named=$(git log -1 --format=%B | grep -ciE '^[[:space:]]*Strongroom-Plan[[:space:]]*:' || true)
mapfile -t plans <<<"${plans:-}"
expect=()
for plan in "${plans[@]}"; do
  [[ -z $plan ]] || expect+=(--expect "$plan")
done
if ((${#expect[@]} > 2)); then
  echo "apply: the message of ${here:0:12} names more than one plan; nothing was applied" >&2
  exit 3
fi
if ((${#expect[@]} != named * 2)); then
  echo "apply: the message of ${here:0:12} has a line Strongroom-Plan that is no trailer: it belongs, with its digest, into the message's last paragraph, of trailers alone; nothing was applied" >&2
  exit 3
fi
# One that stands elsewhere, or is wrong, answers for nothing: `up` then refuses, and names the task.
read -ra tasks -d '' < <(git log -1 --format='%(trailers:key=Strongroom-Confirm,valueonly)' | grep -xE '[a-z0-9-]+') || true
((${#tasks[@]} == 0)) || tasks=(--confirm "${tasks[@]}")
exec ci/with-credentials.sh ./strongroom up --stack "${STACK:?}" --yes "${expect[@]}" "${tasks[@]}"
