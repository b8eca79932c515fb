#!/usr/bin/env bash
# The same network in exact arithmetic, in bf16 and in fp16: three different answers.
set -euo pipefail
: "${STATEWRIGHT:=statewright}"
cd "$(mktemp -d)"

# A walker on a ring of three cells, as a rotation by 120 degrees. cos(2pi/3) = -1/2 is a number of every
# format, sin(2pi/3) of none.
"$STATEWRIGHT" compile cyclenav:3 --code rotation-matrix -o ring.json

"$STATEWRIGHT" verify ring.json cyclenav:3                                        # proved

# bf16: every operation rounded, the readout in fp64. Rounding closes the orbit: 27 states, proved for ever.
"$STATEWRIGHT" verify ring.json cyclenav:3 --arith mixed:state=bf16,readout=fp64 --certificate ring.cert
"$STATEWRIGHT" check ring.cert --model ring.json --language cyclenav:3

# fp16 has three bits more and is wrong in the end; the search stops at a limit here (exit code 3).
"$STATEWRIGHT" verify ring.json cyclenav:3 --arith mixed:state=fp16,readout=fp64 --max-states 200000 && exit 1
[ $? -eq 3 ]

# What happens to the state, letter by letter
"$STATEWRIGHT" run ring.json '+++' --trace --arith bf16
