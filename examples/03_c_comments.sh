#!/usr/bin/env bash
# A regular expression from practice: C comments, over the letters / * and x (anything else).
# After the closing */ it cannot matter what stood inside, so letters must merge states: no group language. This version
# refuses, names the letter and the two states, and exits with 2.
set -euo pipefail
statewright=${STATEWRIGHT:-statewright}
cd "$(mktemp -d)"
comment='regex:/\*~(.*\*/.*)\*/'

"$statewright" dfa info "$comment" --alphabet '/,*,x'
"$statewright" dfa words "$comment" --alphabet '/,*,x' --count 8

status=0
"$statewright" compile "$comment" --alphabet '/,*,x' -o comment.json || status=$?
echo "exit code $status"
[ "$status" -eq 2 ]
[ ! -e comment.json ]

# Two ways to write it that differ, and the shortest word that shows it: here the text may run past a first */.
status=0
"$statewright" dfa eq "$comment" 'regex:/\*.*\*/' --alphabet '/,*,x' || status=$?
[ "$status" -eq 1 ]
