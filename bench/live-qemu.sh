#!/bin/sh
# Has a real QEMU answer rows of its virtual VT-d or AMD-Vi, and prints the rows with its answers.
# Usage: bench/live-qemu.sh FILE.csv                     the first line of the file tells the kind; docs/explanation/viommu.md tells what is asked how
#        bench/live-qemu.sh --random KIND SEED CASES     random rows; a seed has the same ones for every version
#        bench/live-qemu.sh --check                      only tells whether everything is there
# KIND is interrupts, dma, scalable, registers, options, amdvi or shadow; the last is for QEMU 11.1, which has vfio-user-pci. MOAT_QEMU names
# another binary.
# Exit codes: 64 wrong arguments; 65 the first line is of no such kind; 66 the file cannot be read; 69 something is missing.
set -eu
cd "$(dirname "$0")/.."
qemu=${MOAT_QEMU:-qemu-system-x86_64}
fail() {
  echo "live-qemu.sh: $2" >&2
  exit "$1"
}
number() { # what it is, the number, and how many digits it may have
  case $2 in
    '' | *[!0-9]* | 0?*) fail 64 "$1 '$2' is not a number" ;;
  esac
  [ ${#2} -le "$3" ] || fail 64 "$1 $2 has more than $3 digits"
}
case ${1:-} in
  --random)
    [ $# -eq 4 ] || fail 64 "usage: bench/live-qemu.sh --random KIND SEED CASES"
    case $2 in
      interrupts | dma | scalable | registers) player=viommu ;;
      options) player=capabilities ;;
      amdvi | shadow) player=$2 ;;
      *) fail 64 "KIND '$2' is none of interrupts, dma, scalable, registers, options, amdvi, shadow" ;;
    esac
    number SEED "$3" 18
    number CASES "$4" 5
    [ "$4" != 0 ] || fail 64 "CASES is 0"
    ;;
  --check | [!-]*) [ $# -eq 1 ] || fail 64 "usage: bench/live-qemu.sh FILE.csv" ;;
  *) fail 64 "usage: bench/live-qemu.sh FILE.csv" ;;
esac
command -v "$qemu" >/dev/null || fail 69 "$qemu is missing (apt-get install qemu-system-x86)"
command -v python3 >/dev/null || fail 69 "python3 is missing (apt-get install python3)"
live=src/test/live
require_player() {
  [ "$player" != shadow ] || "$qemu" -device help | grep -q '"vfio-user-pci"' || fail 69 "$qemu has no vfio-user-pci; 11.1 has it"
}
case $1 in
  --check) exit 0 ;;
  --random)
    require_player
    python3 -B $live/random_rows.py "$qemu" "$2" "$3" "$4" | exec python3 -B "$live/$player.py" "$qemu" /dev/stdin
    exit
    ;;
esac
[ -f "$1" ] && [ -r "$1" ] || fail 66 "$1 cannot be read"
case $(head -n 1 "$1") in
  suite,case,step,op,args,options,qemu_*) player=viommu ;;
  qemu,options,VER,*) player=capabilities ;;
  qemu,case,step,op,dev,*) player=amdvi ;;
  suite,case,step,op,args,qemu_11_1,notes*) player=shadow ;;
  *) fail 65 "$1 has rows of none of these kinds" ;;
esac
require_player
exec python3 -B "$live/$player.py" "$qemu" "$1"
