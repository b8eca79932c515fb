#!/usr/bin/env bash
# Theorem 4 says: products of generalised Householder matrices recognise every regular language, through a cascade of
# layers. Its printed proof lets each layer read the states that the layers above have after the letter, where a cascade
# needs those before it. On "is the first letter e?" that is wrong after one letter; the repaired wiring is proved.
set -euo pipefail
statewright=${STATEWRIGHT:-statewright}
cd "$(mktemp -d)"

"$statewright" compile first:e,f --rung printed -o printed.json
status=0
"$statewright" verify printed.json first:e,f --certificate printed.cert || status=$?
[ "$status" -eq 1 ]
"$statewright" check printed.cert --model printed.json --language first:e,f

"$statewright" compile first:e,f -o repaired.json
"$statewright" verify repaired.json first:e,f --certificate repaired.cert
"$statewright" check repaired.cert --model repaired.json --language first:e,f

# The defect is not special to this language: all maps of four points to themselves.
"$statewright" compile T4:point --rung printed -o t4-printed.json
status=0
"$statewright" verify t4-printed.json T4:point || status=$?
[ "$status" -eq 1 ]
"$statewright" compile T4:point -o t4.json
"$statewright" verify t4.json T4:point --arith bf16
