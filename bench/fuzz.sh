#!/bin/sh
# Changes every kind of input file and the command line at random, in one JVM: FuzzTest says what must not happen.
#   sh bench/fuzz.sh [INPUTS [SEED]]     default: 10,000 effective inputs, seed 1; inputs refused as usage (2) do not count
# What fails is kept in target/fuzz; a mended one belongs in src/test/resources/fuzz.
set -eu
cd "$(dirname "$0")/.."
exec mvn -B -o -q test -Dtest=FuzzTest -Dfuzz.inputs="${1:-10000}" -Dfuzz.seed="${2:-1}"
