#!/usr/bin/env bash
# Parity, the smallest language that needs a negative eigenvalue: one coordinate, h <- -h on every 1.
set -euo pipefail
statewright=${STATEWRIGHT:-statewright}
cd "$(mktemp -d)"

"$statewright" compile parity -o parity.json
cat parity.json

# The output after a word is `accept` when the number of 1s is odd.
"$statewright" run parity.json 1 11 10110 --trace

# A proof for words of every length, not a test up to some length.
"$statewright" verify parity.json parity
