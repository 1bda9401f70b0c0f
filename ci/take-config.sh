#!/usr/bin/env bash
# take-config.sh COMMIT: takes the stacks' configuration, Pulumi.<stack>.yaml, of a pull request's head commit into
# this checkout of the base branch, and nothing else. Code of the head is neither checked out nor run: what is taken is
# read from git's objects, after everything that the pull request changes was looked at.
#
# Exit code 0: taken; stdout names the files, a line each. 3: refused. 4: the pull request changes the program, too, so
# nothing was taken. With 3 and 4 stdout says why, fit for a comment.
set -euo pipefail
export LC_ALL=C

readonly head=${1:-}
readonly refused=3 program=4
readonly largest=$((1024 * 1024)) # bytes; the reference stack has 6 KiB
readonly shown=20                 # files that are named in a comment

end() {
  local code=$1
  shift
  printf '%s\n' "$@"
  exit "$code"
}

# A name that somebody else chose, for a comment: nothing that Markdown or a terminal acts on.
quoted() {
  local name=${1//[^A-Za-z0-9._\/-]/?}
  printf '`%s`' "${name:0:100}"
}

[[ $head =~ ^([0-9a-f]{40}|[0-9a-f]{64})$ ]] || end $refused "The head is not named by a full commit hash."
cd "$(git rev-parse --show-toplevel)"

# The hash must be the tip of a branch of this very repository: so it is nobody's fork, and nothing newer is there.
tips=$(git ls-remote --heads origin)
grep -q "^$head"$'\t' <<<"$tips" ||
  end $refused "Commit \`${head:0:12}\` is not the tip of a branch of this repository. Forks get no preview of the stack; a newer commit has a run of its own."
git fetch --quiet --no-tags --no-recurse-submodules --no-write-fetch-head origin "$head"
merge_base=$(git merge-base HEAD "$head") || end $refused "The pull request has no commit in common with the base branch."
readonly merge_base

# Into a file, so that a failure of git cannot pass for the list's end.
changes=$(mktemp "${TMPDIR:-/tmp}/take-config.XXXXXX")
trap 'rm -f "$changes"' EXIT
git diff-tree -r -z --raw --no-abbrev --no-renames --ignore-submodules=none "$merge_base" "$head" >"$changes"

configs=() blobs=() others=() reasons=()
while IFS= read -r -d '' entry && IFS= read -r -d '' path; do
  read -r _ mode was blob status <<<"$entry"
  if [[ $path == *[[:cntrl:]]* ]]; then
    reasons+=("- $(quoted "$path"): a path with control characters")
  elif [[ $path =~ ^Pulumi\.[a-z][a-z0-9-]{0,30}\.yaml$ ]]; then
    if [[ $status != [AM] || $mode != 100644 ]]; then
      reasons+=("- $(quoted "$path"): must be a regular file that is not executable, and is $([[ $status == D ]] && echo removed || echo "of mode $mode")")
    elif (($(git cat-file -s "$blob") > largest)); then
      reasons+=("- $(quoted "$path"): larger than 1 MiB")
    elif [[ $(git rev-parse --quiet --verify "HEAD:$path" || printf '%0*d' ${#head} 0) != "$was" ]]; then
      reasons+=("- $(quoted "$path"): the base branch has changed it since; merge or rebase onto it first")
    else
      configs+=("$path") blobs+=("$blob")
    fi
  elif [[ $path != docs/* && $path != README.md ]]; then
    others+=("- $(quoted "$path")")
  fi
done <"$changes"

((${#reasons[@]} == 0)) || end $refused "These files cannot be taken:" "" "${reasons[@]:0:shown}"
if ((${#others[@]} > 0)); then
  more=()
  ((${#others[@]} <= shown)) || more=("- and $((${#others[@]} - shown)) more")
  end $program "Beside the stacks' configuration and the documents it changes:" "" "${others[@]:0:shown}" "${more[@]}"
fi

for index in "${!configs[@]}"; do
  new=$(mktemp ./take-config.XXXXXX)
  trap 'rm -f "$changes" "$new"' EXIT
  git cat-file blob "${blobs[index]}" >"$new"
  chmod 644 "$new"
  # Renamed over what is there, so that nothing is ever written through a link.
  mv -fT "$new" "${configs[index]}"
  printf '%s\n' "${configs[index]}"
done
