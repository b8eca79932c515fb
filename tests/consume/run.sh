#!/usr/bin/env bash
# Installs the built tree into a fresh folder, builds the consumer against it and runs it.
# usage: run.sh CMAKE BUILD_DIR CONSUMER_SOURCE GENERATOR
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" --install "$2" --prefix "$folder/prefix" >"$folder/log" || { cat "$folder/log"; exit 1; }
"$1" -S "$3" -B "$folder/build" -G "$4" -DCMAKE_PREFIX_PATH="$folder/prefix" -DCMAKE_BUILD_TYPE=Release >"$folder/log" ||
  { cat "$folder/log"; exit 1; }
"$1" --build "$folder/build" >"$folder/log" || { cat "$folder/log"; exit 1; }
"$folder/build/consumer"
"$folder/prefix/bin/statewright" compile mod:3 -o "$folder/mod3.json" 2>/dev/null
"$folder/prefix/bin/statewright" verify "$folder/mod3.json" mod:3 --certificate "$folder/mod3.cert"
"$folder/prefix/bin/statewright" check "$folder/mod3.cert" --model "$folder/mod3.json" --language mod:3
