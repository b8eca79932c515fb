#!/usr/bin/env bash
# A certificate is checked by a separate program that shares no code with the prover and reads the network and the
# automaton from files of yours. Here by hand: export both, look at them, run the checker, then try to fool it.
set -euo pipefail
statewright=${STATEWRIGHT:-statewright}
checker=${STATEWRIGHT_CHECK:-statewright-check}
cd "$(mktemp -d)"

"$statewright" compile mod:3 -o mod3.json
"$statewright" verify mod3.json mod:3 --certificate mod3.cert
"$statewright" export mod3.json --to canonical -o mod3.model
"$statewright" dfa convert mod:3 --to canonical -o mod3.automaton
cat mod3.model mod3.automaton mod3.cert

"$checker" mod3.cert --model mod3.model --automaton mod3.automaton

# Another network with the same certificate: refused, whatever the certificate says.
sed 's/^weights 1 0/weights 1 2/' mod3.model >other.model
if "$checker" mod3.cert --model other.model --automaton mod3.automaton; then exit 1; fi
