#!/usr/bin/env bash
# The word problem of S5: 120 letters, the running product is the output. It is NC1-complete, and one layer with
# at most four reflections per token solves it on five numbers: the state is the one-line notation of the product.
set -euo pipefail
statewright=${STATEWRIGHT:-statewright}
cd "$(mktemp -d)"

"$statewright" compile S5 -o s5.json
"$statewright" run s5.json '21345 23451 21345' --trace
"$statewright" verify s5.json S5 --certificate s5.cert
"$statewright" check s5.cert --model s5.json --language S5

# With swaps as the only letters one reflection per token is enough (a DeltaNet layer with beta = 2).
"$statewright" compile S5:swaps -o s5_swaps.json
"$statewright" verify s5_swaps.json S5:swaps
