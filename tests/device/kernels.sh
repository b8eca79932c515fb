#!/usr/bin/env bash
# Everything that there is to know about kernels/ on a machine with a GPU, by one command:
#   tests/device/kernels.sh [--bench] [FOLDER]
# every backend compared with the reference (test_kernels_alone, the long cases too), then small cases of
# every operation under compute-sanitizer's memcheck and racecheck, and with --bench the benchmarks.
# FOLDER holds programs built elsewhere (cmake -S kernels -B FOLDER -D STATEWRIGHT_WITH_CUDA=ON, static
# where the other machine lacks libraries); without it they are built here, in build/kernels.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

bench=0
[ "${1:-}" = --bench ] && { bench=1; shift; }
folder=${1:-build/kernels}
nvidia-smi --query-gpu=name,driver_version --format=csv,noheader 2>/dev/null || { echo 'no GPU here' >&2; exit 77; }
if [ $# -eq 0 ]; then
  cmake -S kernels -B "$folder" -D CMAKE_BUILD_TYPE=Release -D STATEWRIGHT_WITH_CUDA=ON >/dev/null &&
    cmake --build "$folder" --parallel "$(nproc)" >/dev/null || exit 1
fi
tests=$folder/test_kernels_alone
status=0

echo "== comparison"
"$tests" || status=1
"$tests" '[.long]' || status=1

# A case a line: small inputs, since the sanitizer makes every access hundreds of times slower.
small=(
  'simulate: awkward numbers of words and letters'
  'simulate: letters from memory are those that were packed'
  'simulate: exact readouts, awkward numbers of words and letters from memory'
  'scan: what arithmetic says'
  'chunk: letters from memory, and more words than threads'
  'chunk: a difference by hand'
  'reach: counters that can be followed by hand'
  'reach: word problems close with the order of the group'
  'reach: exact readouts are asked where scores are close'
  'reach: exact readouts and little memory on several GPUs'
  'census: parts make the whole'
  'orbit: awkward numbers of candidates and states'
  'orbit: where orbits end, on every backend'
  'devices: words of a scan over several GPUs'
  'devices: chunked words over several GPUs'
)
sanitizer=$(command -v compute-sanitizer || echo /usr/local/cuda/bin/compute-sanitizer)
if [ -x "$sanitizer" ]; then
  for tool in memcheck racecheck; do
    for case in "${small[@]}"; do
      echo "== $tool: $case"
      # Catch2 takes commas for alternatives.
      timeout 300 "$sanitizer" --tool "$tool" --error-exitcode 1 "$tests" "${case//,/\\,}" 2>&1 | tail -3
      [ "${PIPESTATUS[0]}" -eq 0 ] || { echo "FAILED: $tool: $case"; status=1; }
    done
  done
else
  echo 'compute-sanitizer is not here: memory and races are not looked at'
fi

if [ $bench -eq 1 ]; then
  for program in "$folder"/bench_kernels*; do
    [ -x "$program" ] && [ -f "$program" ] || continue
    echo "== $(basename "$program")"
    "$program" || status=1
  done
fi
[ $status -eq 0 ] && echo 'all right' || echo 'FAILED'
exit $status
