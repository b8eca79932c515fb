#!/usr/bin/env bash
# An automaton of your own, drawn in Graphviz DOT: compiled, proved, and drawn back.
set -euo pipefail
statewright=${STATEWRIGHT:-statewright}
machines=$(cd "$(dirname "${BASH_SOURCE[0]}")/machines" && pwd)
cd "$(mktemp -d)"

"$statewright" dfa parse "$machines/dial.dot"
"$statewright" compile "$machines/dial.dot" -o dial.json
"$statewright" run dial.json 'right right right' 'left left' 'left right'
"$statewright" verify dial.json "$machines/dial.dot"
"$statewright" render dfa "$machines/dial.dot" -o dial.svg
"$statewright" dfa convert "$machines/dial.dot" --to mata
