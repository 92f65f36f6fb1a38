#!/bin/sh
# Moat and Spin side by side on the reference model R1 3 3 1 1, in turn, ROUNDS times (default 3).
# Prints for each round Moat's whole process (JVM start included) and Spin's search alone (its generating and compiling
# not counted), and Moat's rates from its own report. Needs Debian's spin, gcc and time.
set -eu
rounds=${1:-3}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
[ -x /usr/bin/time ] || { echo "compare.sh: /usr/bin/time is missing (apt-get install time)" >&2; exit 69; }
"$here/../moat" list components >/dev/null
n=1
while [ "$n" -le "$rounds" ]; do
  echo "--- round $n: Moat, whole process, 2 workers"
  /usr/bin/time -f '%e s elapsed, %M KiB peak' "$here/../moat" check r1-bench --workers 2 |
    grep -E 'HELD|searched|memory|collisions'
  echo "--- round $n: Spin"
  "$here/r1-spin.sh" 3 3 1 1
  n=$((n + 1))
done
