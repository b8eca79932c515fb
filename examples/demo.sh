#!/usr/bin/env bash
# A tour: languages are compiled to networks, proved for words of every length, the proofs checked by the
# independent checker, and the automata drawn. usage: demo.sh STATEWRIGHT OUTPUT_FOLDER
set -euo pipefail
statewright=$1
out=$2
rm -rf "$out"
mkdir -p "$out"

say() { printf '%s\n' "$*"; }

say ""
say "Each line: a language, compiled to layers of Householder factors (group languages first, then such that forget),"
say "proved for words of every length, its certificate checked by the independent program statewright-check, its automaton drawn."
say ""
printf '%-12s %7s %7s %7s %10s %9s  %s\n' language letters states layers dimension 'factors*' verdict
for language in parity mod:3 S3 S5 A5 D4 Q8 Z60 tomita:5 tomita:6 flipflop dyck:2,3 gridworld:9 first:e,f tomita:7 T4:point; do
  name=${language//[:,]/}
  base=$out/${name,,}
  "$statewright" compile "$language" -o "$base.json" --json 2>/dev/null >"$base.summary.json"
  "$statewright" verify "$base.json" "$language" --certificate "$base.cert" --json >"$base.verdict.json"
  "$statewright" check "$base.cert" --model "$base.json" --language "$language" >"$base.check.txt"
  "$statewright" render dfa "$language" -o "$base.svg" 2>/dev/null
  field() { grep -o "\"$1\": *[0-9]*" "$2" | head -1 | grep -o '[0-9]*$'; }
  "$statewright" dfa info "$language" --json >"$base.info.json"
  letters=$("$statewright" dfa info "$language" | sed -n 's/^letters  *\([0-9,]*\):.*/\1/p')
  printf '%-12s %7s %7s %7s %10s %9s  proved, %s\n' "$language" \
    "$letters" "$(field states "$base.info.json")" "$(field layers "$base.summary.json")" \
    "$(field dimension "$base.summary.json")" "$(field factors_per_token "$base.summary.json")" \
    "$(head -1 "$base.check.txt")"
done
say "* Householder factors per token and layer, at most"

say ""
say "And one damaged network: in that of mod:3, one weight beta = 2 is changed to 1 (a reflection becomes a projection)."
say ""
sed '0,/"beta": "2"/s//"beta": "1"/' "$out/mod3.json" >"$out/mod3-damaged.json"
status=0
"$statewright" verify "$out/mod3-damaged.json" mod:3 --certificate "$out/mod3-damaged.cert" || status=$?
[ "$status" -eq 1 ] || { say "expected a refutation"; exit 1; }
"$statewright" check "$out/mod3-damaged.cert" --model "$out/mod3-damaged.json" --language mod:3 \
  >"$out/mod3-damaged.check.txt"
say ""
head -2 "$out/mod3-damaged.check.txt"

say ""
say "The same in the arithmetic of hardware, every operation rounded. S5 on permutation matrices is right in 16 and in 8 bits:"
say ""
"$statewright" compile S5 --code matrix -o "$out/s5-matrix.json" 2>/dev/null
for arith in bf16 fp16 e4m3; do
  "$statewright" verify "$out/s5-matrix.json" S5 --arith "$arith" --certificate "$out/s5-$arith.cert" >"$out/s5-$arith.txt" 2>/dev/null
  "$statewright" check "$out/s5-$arith.cert" --model "$out/s5-matrix.json" --language S5 >"$out/s5-$arith.check.txt"
  printf '%-6s %s\n' "$arith" "$(head -1 "$out/s5-$arith.txt" | sed "s|$out/||"); checker: $(head -1 "$out/s5-$arith.check.txt")"
done

say ""
say "A walker on a ring of five cells as a rotation by 72 degrees is right in exact arithmetic (cos(2pi/5) and all) and wrong in bf16,"
say "but only after 491 letters of the right kind. MPFR, which shares no code with the search, computes the same wrong answer:"
say ""
"$statewright" compile cyclenav:5 --code rotation-matrix -o "$out/ring5.json" 2>/dev/null
"$statewright" verify "$out/ring5.json" cyclenav:5 | head -1 | sed "s|$out/||"
status=0
"$statewright" verify "$out/ring5.json" cyclenav:5 --arith mixed:state=bf16,readout=fp64 --certificate "$out/ring5.cert" 2>/dev/null >"$out/ring5-bf16.txt" || status=$?
[ "$status" -eq 1 ] || { say "expected a refutation"; exit 1; }
sed "s|$out/||" "$out/ring5-bf16.txt"
"$statewright" check "$out/ring5.cert" --model "$out/ring5.json" --language cyclenav:5 >"$out/ring5.check.txt"
say "checker     $(head -1 "$out/ring5.check.txt")"

say ""
say "How many letters is that network safe for, in three formats: what is certified without search, what search decides, what sampling sees:"
say ""
"$statewright" bounds "$out/ring5.json" cyclenav:5 --arith bf16,fp16,e4m3 2>/dev/null

cat <<TXT

Where things are, for each language above (here S5):
  $out/s5.json           the network: readable weights, fractions as text
  $out/s5.cert           the proof for words of every length (proofs_check/FORMAT.md)
  $out/s5.check.txt      what the independent checker established
  $out/s5.svg            the automaton, drawn

Try next:
  $statewright run $out/s5.json '21345 23451' --trace
  $statewright compile 'regex:(a|b)*abb' -o abb.json  a language that forgets: the note says what kept it from fewer layers
  $statewright dfa eq 'regex:(a|b)*abb' 'regex:(a|b)*ab'
  $statewright help languages
TXT
