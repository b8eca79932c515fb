#!/usr/bin/env bash
# A regular expression from practice: C comments, over the letters / * and x (anything else).
# After the closing */ it cannot matter what stood inside, so letters merge states, and no single layer that never
# expands distances can do it: a cascade of layers does. The report gives two words that show why.
set -euo pipefail
statewright=${STATEWRIGHT:-statewright}
cd "$(mktemp -d)"
comment='regex:/\*~(.*\*/.*)\*/'

"$statewright" dfa info "$comment" --alphabet '/,*,x'
"$statewright" dfa words "$comment" --alphabet '/,*,x' --count 8

"$statewright" compile "$comment" --alphabet '/,*,x' -o comment.json
"$statewright" verify comment.json "$comment" --certificate comment.cert
"$statewright" verify comment.json "$comment" --arith bf16
"$statewright" check comment.cert --model comment.json --language "$comment"

# Two ways to write it that differ, and the shortest word that shows it: here the text may run past a first */.
status=0
"$statewright" dfa eq "$comment" 'regex:/\*.*\*/' --alphabet '/,*,x' || status=$?
[ "$status" -eq 1 ]
