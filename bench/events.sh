#!/bin/sh
# Measures 'moat audit' on event text: a VT-d driver that maps and unmaps a thousand pages in turn, strictly.
#   sh bench/events.sh [LINES]     default: 5 million lines, 108 MB in a temporary directory
set -eu
lines=${1:-5000000}
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
awk -v lines="$lines" 'BEGIN {
  print "moat-events 1\nunit 0 vtd cap=0xd2008c222f0686 ecap=0xf00f5e haw=39\nrecords waits alloc"
  print "function map map\nfunction unmap unmap\nfunction wait wait\ndevice 0 00:14.0 ats=off"
  print "page 0x10000 0:0x11001\npage 0x11000 0xa00:0x20001 0xa08:0x501\npage 0x20000 0:0x21003\npage 0x21000 0:0x22003 8:0x23003"
  print "page 0x22000\npage 0x23000\npage 0x40000"
  print "write 0 0 0x20 8 0x10000\nwrite 0 0 0x18 4 0x40000000\nwrite 0 0 0x88 8 0\nwrite 0 0 0x90 8 0x40000"
  print "write 0 0 0x18 4 0x04000000\nwrite 0 0 0x18 4 0x84000000"
  for (n = 1; n < lines / 15; n++) {
    page = n % 1000
    entry = sprintf("0x%x", 139264 + 8 * page) # 0x22000
    frame = sprintf("0x%x", 1048576 + n * 7 % 65536 * 4096)
    low = sprintf("0x%x", 262144 + (n - 1) * 32 % 4096) # 0x40000
    high = sprintf("0x%x", 262144 + (n - 1) * 32 % 4096 + 8)
    waitlow = sprintf("0x%x", 262144 + (n - 1) * 32 % 4096 + 16)
    waithigh = sprintf("0x%x", 262144 + (n - 1) * 32 % 4096 + 24)
    iova = sprintf("0x%x", page * 4096)
    print "alloc " frame " 4096\ncall 0 map " iova "\nstore 0 " entry " 8 " sprintf("0x%x", 1048576 + n * 7 % 65536 * 4096 + 3) "\nreturn 0 map"
    print "call 0 unmap " iova "\nstore 0 " entry " 8 0\ncall 0 wait"
    print "store 0 " low " 8 0x500f2\nstore 0 " high " 8 " sprintf("0x%x", page * 4096 + 64)
    print "store 0 " waitlow " 8 " sprintf("0x%x00000025", n % 65536) "\nstore 0 " waithigh " 8 0x50000"
    print "write 0 0 0x88 8 " sprintf("0x%x", n * 32 % 4096) "\nstore unit0 0x50000 4 " n % 65536 "\nreturn 0 wait\nreturn 0 unmap"
  }
}' >"$dir/events"
ls -l "$dir/events" | awk '{ print $5 " bytes" }'
wc -l <"$dir/events" | awk '{ print $1 " lines" }'
"$home/moat" audit --recipe linux-6.1 >/dev/null # builds, should that be needed
times >"$dir/before"
MOAT_HEAP=256m "$home/moat" audit --strict "$dir/events" >"$dir/report"
times >"$dir/after"
head -n 5 "$dir/report"
# The second line of times is what the children took: user and system time as 1m2.345s.
cat "$dir/before" "$dir/after" | awk -v n="$lines" 'NR % 2 == 0 {
  gsub(/[ms]/, " ")
  spent = $1 * 60 + $2 + $3 * 60 + $4 - spent
} END { printf "%.1f s of processor time, start of Java included: %.2f million events per second and core\n", spent, n / spent / 1e6 }'
