#!/usr/bin/env bash
# Checks, explains and rehearses the change of team.yaml between a base and the working tree.
#
# usage: scripts/pr/review.sh BASE COMMENT
#   BASE     a git ref
#   COMMENT  file that the comment is written to, in Markdown; it exists afterwards whatever happens
# Problems also go to the log as annotations of the roster's lines. Exits with 1 when something is wrong.
set -uo pipefail
base=$1
comment=$2
status=0

summarize() {
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$comment" >>"$GITHUB_STEP_SUMMARY"; fi
}
trap summarize EXIT

echo '<!-- one-environment: access -->' >"$comment"

if ! problems=$(npx --no one-env check --format github); then
  echo "$problems"
  {
    echo '## `team.yaml` has problems'
    echo
    echo '```text'
    npx --no one-env check
    echo '```'
  } >>"$comment"
  exit 1
fi
echo "$problems"

if ! npx --no one-env diff --base "$base" --format markdown >>"$comment"; then
  echo "The roster at \`$base\` cannot be compared with." >>"$comment"
  status=1
fi

rehearsal=$(npx --no one-env rehearse --base "$base") || status=1
echo "$rehearsal"
{
  echo
  if [ "$status" = 0 ]; then
    echo "**Rehearsed:** $(tail -n 1 <<<"$rehearsal")"
  else
    echo "**The rehearsal found something wrong:**"
  fi
  echo
  echo '<details><summary>The rehearsal, statement by statement</summary>'
  echo
  echo '```text'
  echo "$rehearsal"
  echo '```'
  echo
  echo '</details>'
} >>"$comment"
exit "$status"
