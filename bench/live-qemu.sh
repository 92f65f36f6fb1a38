#!/bin/sh
# Has a real QEMU answer rows of its virtual VT-d or AMD-Vi, and prints the rows with its answers: bench/live-qemu.sh FILE.csv
# The first line of the file tells the kind; docs/qemu.md tells what is asked how. MOAT_QEMU names another binary.
# Exit codes: 65 the first line is of neither kind; 69 something is missing.
set -eu
cd "$(dirname "$0")/.."
qemu=${MOAT_QEMU:-qemu-system-x86_64}
command -v "$qemu" >/dev/null || { echo "live-qemu.sh: $qemu is missing (apt-get install qemu-system-x86)" >&2; exit 69; }
command -v python3 >/dev/null || { echo "live-qemu.sh: python3 is missing (apt-get install python3)" >&2; exit 69; }
[ "${1:-}" != --check ] || exit 0
case $(head -n 1 "$1") in
  suite,case,step,op,args,options,qemu_*) player=viommu ;;
  qemu,case,step,op,dev,*) player=amdvi ;;
  *) echo "live-qemu.sh: $1 has rows of neither kind" >&2; exit 65 ;;
esac
exec python3 -B "src/test/live/$player.py" "$qemu" "$1"
