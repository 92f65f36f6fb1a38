#!/bin/sh
# Measures everything that has a figure in the docs, prints one table and writes it into docs/project/benchmarks.md. Ratios to Spin's
# search of R1 in the same run come first: machines differ by two, ratios hardly. Beside each figure stand the one that the page had
# and the ratio to it.
#   sh bench/all.sh [ROUNDS]     default: 3, about 10 minutes on two idle cores. A figure is the best of the rounds, which are run in
#                                turn; the spread is the worst one against it. Needs Debian's spin, gcc and time.
#   KEEP=1 sh bench/all.sh       prints the table, leaves the page
#   DEEP=1 sh bench/all.sh       with the deep set, without and with --symmetry, once, 12 minutes more; else its last figures stay
#   TESTS=1 sh bench/all.sh      with 'mvn -B verify' in a fresh clone of what is committed, once, 10 minutes more; else its last
#                                figure stays
set -eu
rounds=${1:-3}
case $#,$rounds in
  [01],[1-9] | [01],[1-9][0-9]) ;;
  *) echo "usage: [KEEP=1] [DEEP=1] [TESTS=1] sh bench/all.sh [ROUNDS]     ROUNDS from 1 to 99" >&2; exit 64 ;;
esac
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
home=$(dirname -- "$here")
page=$home/docs/project/benchmarks.md
records=$home/src/test/resources
for tool in spin gcc awk /usr/bin/time; do
  command -v "$tool" >/dev/null || { echo "all.sh: $tool is missing (apt-get install spin gcc time)" >&2; exit 69; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# once KEY COUNT COMMAND...: runs the command and appends "seconds, processor seconds, MiB, things done, seconds as it says itself" to the
# file KEY. COUNT is a number, or "generated": the sum of what the JSON report of 'moat check' says; then it says seconds, too, else 0.
once() {
  key=$1 count=$2
  shift 2
  echo "round $round: $key" >&2
  /usr/bin/time -o "$work/time" -f '%e %U %S %M' "$@" >"$work/out" 2>"$work/err" || {
    echo "all.sh: $key: '$*' ended with $?" >&2
    tail -n 5 "$work/err" >&2
    exit 70
  }
  says=0
  if [ "$count" = generated ]; then
    count=$(awk '/^      "generated": /{ gsub(/[^0-9]/, ""); sum += $0 } END { printf "%d", sum }' "$work/out")
    says=$(awk '/^  "timing": /{ on = 1; next } on && NF == 2 { sum += $2 } END { printf "%.2f", sum }' "$work/out")
  fi
  awk -v count="$count" -v says="$says" '{ printf "%s %.2f %.0f %s %s\n", $1, $2 + $3, $4 / 1024, count, says }' "$work/time" >>"$work/$key"
}

# Lines of a recorded file that are rows: neither a remark nor the header.
rows() { grep -vc '^#' "$1" | awk '{ print $1 - 1 }'; }

spin_once() {
  echo "round $round: spin" >&2
  "$here/r1-spin.sh" 3 3 1 1 >"$work/out"
  awk '/s elapsed/{ seconds = $1; kib = $4 } / transitions/{ count = $1 }
    END { printf "%s %s %.0f %d\n", seconds, seconds, kib / 1024, count }' "$work/out" >>"$work/spin"
}

moat=$home/moat
"$moat" list components >/dev/null # builds, should that be needed
round=1
while [ "$round" -le "$rounds" ]; do
  spin_once
  for scenario in r1-bench xen-step-2cpu xen-op-batch xen-batch-end-faulting-2cpu; do
    for workers in 1 2; do
      once "$scenario.$workers.with" generated "$moat" check "$scenario" --json --workers "$workers"
      once "$scenario.$workers.without" generated "$moat" check "$scenario" --json --workers "$workers" --no-discipline
    done
  done
  once default.with generated "$moat" check --json
  once default.without generated "$moat" check --json --no-discipline
  once default.symmetry generated "$moat" check --json --symmetry
  once r1.symmetry generated "$moat" check r1-bench --json --symmetry
  once checkpoint generated "$moat" check xen-step-2cpu --json --workers 2 --checkpoint "$work/checkpoint.$round" --every 2s
  once prove 1 "$moat" prove
  once conform.xen "$(rows "$records/xen-oracle/vtd-pv-4.17.csv")" "$moat" conform xen "$records/xen-oracle/vtd-pv-4.17.csv"
  once conform.amdvi "$(rows "$records/amdvi-oracle/amdvi-qemu.csv")" "$moat" conform amdvi "$records/amdvi-oracle/amdvi-qemu.csv"
  once conform.viommu "$(rows "$records/viommu-oracle/interrupt-remapping.csv")" "$moat" conform viommu "$records/viommu-oracle/interrupt-remapping.csv"
  once conform.dma "$(rows "$records/dma-oracle/gart.csv")" "$moat" conform dma "$records/dma-oracle/gart.csv"
  round=$((round + 1))
done
echo "audit" >&2
sh "$here/audit.sh" 2000000 | tail -n 1 | sed 's/.*included: \([0-9.]*\) .*/\1/' >"$work/audit"

if [ -n "${DEEP:-}" ]; then
  once deep.without generated "$moat" check --json --set deep
  once deep.symmetry generated "$moat" check --json --set deep --symmetry
fi

tests=
if [ -n "${TESTS:-}" ]; then
  echo "tests" >&2
  git clone -q "$home" "$work/clone"
  once tests 1 sh -c "cd '$work/clone' && mvn -B verify >&2"
  tests=$(awk '{ printf "%.0f", $1 }' "$work/tests")
fi

# best KEY COLUMN, worst KEY COLUMN: over the rounds. Columns: 1 seconds, 2 processor seconds, 3 MiB, 4 things done, 5 seconds as it says.
best() { awk -v c="$2" 'NR == 1 || $c < m { m = $c } END { print m }' "$work/$1"; }
worst() { awk -v c="$2" '$c > m { m = $c } END { print m }' "$work/$1"; }
divided() { awk -v a="$1" -v b="$2" -v d="${3:-2}" 'BEGIN { printf "%.*f", d, a / b }'; }
rate() { awk -v n="$(best "$1" 4)" -v s="$(best "$1" "${2:-1}")" 'BEGIN { printf "%.3f", n / s / 1e6 }'; }
spread() { awk -v a="$(worst "$1" "$2")" -v b="$(best "$1" "$2")" 'BEGIN { printf "%+.0f %%", (a / b - 1) * 100 }'; }

# row FIGURE VALUE SPREAD: with the value that the page had under the same name.
row() {
  last=$(awk -F ' *[|] *' -v name="$1" '/bench\/all.sh: begin/{ on = 1 } on && $2 == name { print $3 == "-" ? $5 : $3; exit }' "$page")
  case $last/$2 in
    [0-9]*/[0-9]*) ratio=$(divided "$2" "$last") ;;
    *) last=${last:--} ratio=- ;;
  esac
  printf '| %s | %s | %s | %s | %s |\n' "$1" "$2" "$3" "$last" "$ratio"
}

table() {
  echo
  echo "$(date -u +%F), $(nproc) cores ($(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)), $(awk '/^MemTotal/{ printf "%.0f", $2 / 1048576 }' /proc/meminfo) GiB, $rounds rounds in turn."
  echo
  echo "| figure | now | spread | before | now / before |"
  echo "|---|---|---|---|---|"
  for scenario in r1-bench xen-step-2cpu xen-op-batch xen-batch-end-faulting-2cpu; do
    for workers in 1 2; do
      for kind in with without; do
        key=$scenario.$workers.$kind
        row "\`$scenario\`, workers $workers, $kind the comparison: generated/s beside Spin's" "$(divided "$(rate "$key")" "$(rate spin)")" "$(spread "$key" 1)"
      done
      row "\`$scenario\`, workers $workers, without the comparison, as the run times itself: generated/s beside Spin's" \
        "$(divided "$(rate "$scenario.$workers.without" 5)" "$(rate spin)")" "$(spread "$scenario.$workers.without" 5)"
      row "\`$scenario\`, workers $workers: time with the comparison / without" "$(divided "$(best "$scenario.$workers.with" 1)" "$(best "$scenario.$workers.without" 1)")" ""
    done
    row "\`$scenario\`: memory with the comparison / without" "$(divided "$(best "$scenario.2.with" 3)" "$(best "$scenario.2.without" 3)")" ""
  done
  row "default set: time / Spin's search of R1" "$(divided "$(best default.with 1)" "$(best spin 1)")" "$(spread default.with 1)"
  row "default set: time with the comparison / without" "$(divided "$(best default.with 1)" "$(best default.without 1)")" ""
  row "default set: time with \`--symmetry\` / without" "$(divided "$(best default.symmetry 1)" "$(best default.with 1)")" ""
  row "default set: memory with the comparison / without" "$(divided "$(best default.with 3)" "$(best default.without 3)")" ""
  deep=-
  [ ! -f "$work/deep.symmetry" ] || deep=$(divided "$(best deep.symmetry 1)" "$(best deep.without 1)")
  row "deep set: time with \`--symmetry\` / without" "$deep" ""
  row "\`r1-bench --symmetry\`, whole process: time / Spin's search without" "$(divided "$(best r1.symmetry 1)" "$(best spin 1)")" ""
  row "\`xen-step-2cpu\`, workers 2: time with a checkpoint every 2 s / without" "$(divided "$(best checkpoint 1)" "$(best xen-step-2cpu.2.with 1)")" ""
  row "Spin, R1 3 3 1 1, search alone: M transitions/s" "$(rate spin)" "$(spread spin 1)"
  row "\`r1-bench\`, 2 workers, whole process: s" "$(best r1-bench.2.with 1)" "$(spread r1-bench.2.with 1)"
  row "\`r1-bench\`, 2 workers: MiB" "$(best r1-bench.2.with 3)" "$(spread r1-bench.2.with 3)"
  row "\`r1-bench --symmetry\`, whole process: s" "$(best r1.symmetry 1)" "$(spread r1.symmetry 1)"
  row "default set: s" "$(best default.with 1)" "$(spread default.with 1)"
  row "default set: processor s" "$(best default.with 2)" "$(spread default.with 2)"
  row "\`moat prove\`: s" "$(best prove 1)" "$(spread prove 1)"
  for kind in xen amdvi viommu dma; do
    row "\`moat conform $kind\`, whole process: rows/s" "$(divided "$(best "conform.$kind" 4)" "$(best "conform.$kind" 1)" 0)" "$(spread "conform.$kind" 1)"
  done
  row "\`moat audit --strict\`: M events per processor second" "$(cat "$work/audit")" ""
  row "\`mvn -B verify\` of a fresh clone: s" "${tests:--}" ""
  echo
}

table >"$work/table"
cat "$work/table"
[ -z "${KEEP:-}" ] || exit 0
awk -v table="$work/table" '
  /bench\/all.sh: begin/ { print; while ((getline line < table) > 0) print line; skip = 1; next }
  /bench\/all.sh: end/ { skip = 0; found = 1 }
  !skip
  END { if (!found) exit 65 }' "$page" >"$work/page" || { echo "all.sh: $page has no lines 'bench/all.sh: begin' and 'end'" >&2; exit 65; }
cp "$work/page" "$page.new"
mv "$page.new" "$page"
echo "written into docs/project/benchmarks.md" >&2
