#!/bin/sh
# Has a real Xen under QEMU answer the rows of a file and prints them with its answers, in the same format: Debian's 4.17, or the
# hypervisor image that MOAT_XEN names (4.20 and 4.22 were asked, too).
# Usage: bench/live-xen.sh FILE.csv [XEN OPTION ...]      e.g. bench/live-xen.sh rows.csv gnttab=no-transfer
# Rows with devices (config,case,...) must all have the same configuration, which chooses Xen's options and the hardware's.
#        bench/live-xen.sh --log FILE.csv ...              prints all that Xen and domain 0 have printed, and no answers; for rows
#                                                          debug_keys (keys=goV), which have Xen print its tables
# MOAT_RECORD may be 'moat record --for xen --symbols FILE --save FILE --', or what else is to run QEMU; what it says is in the log.
#        bench/live-xen.sh --check                         only tells whether everything is there
# Debian: apt-get install qemu-system-x86 gcc, and the hypervisor, which need not be installed:
#   mkdir -p target/live && cd target/live && apt-get download xen-hypervisor-4.17-amd64 && dpkg-deb -x xen-hyp*.deb .
# Rows of a suite that needs other options of Xen than those given (cfg-no-transitive-no-transfer) are left out, which stderr says.
# Exit codes: 5 Xen or domain 0 did not come to the end, and the rows answered until then are printed; 65 there is nothing to ask;
#             69 something is missing; 70 no row was answered. What Xen and domain 0 printed last goes to stderr in both cases.
set -eu
cd "$(dirname "$0")/.."
build=target/live
for tool in qemu-system-x86_64 gcc gzip timeout; do
  command -v "$tool" >/dev/null || { echo "live-xen.sh: $tool is missing (apt-get install qemu-system-x86 gcc)" >&2; exit 69; }
done
xen=
for place in "${MOAT_XEN:-}" /boot/xen-4.17-amd64.gz $build/boot/xen-4.17-amd64.gz; do
  if [ -z "$xen" ] && [ -f "$place" ]; then xen=$place; fi
done
[ -n "$xen" ] || { echo "live-xen.sh: xen-4.17-amd64.gz is missing; see the head of this script" >&2; exit 69; }
[ "${1:-}" != --check ] || exit 0
log=
[ "$1" != --log ] || { log=yes; shift; }
rows=$1
shift
mkdir -p "$build"
work=$(mktemp -d "$build/run.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
gcc -std=gnu11 -O2 -Wall -Wextra -Werror -ffreestanding -nostdlib -static -no-pie -fno-pic -mno-red-zone -mgeneral-regs-only \
  -fno-stack-protector -fcf-protection=none -fno-asynchronous-unwind-tables \
  -Wl,--build-id=none -Wl,--no-warn-rwx-segments -Wl,-T,src/test/live/image.lds \
  -o "$work/dom0.elf" src/test/live/*.c src/test/live/start.S
gzip -dc "$xen" > "$work/xen"
# The suites of the options that are given. A comma would end the name for QEMU.
case "$*" in *no-transitive*) given=no-transitive ;; *) given= ;; esac
case "$*" in *no-transfer*) given=$given-no-transfer ;; esac
awk -F, -v "given=${given#-}" -v "said=$work/left" '
  { needs = $1 ~ /^cfg-/ ? substr($1, 5) : "" }
  NR == 1 || /^(strict|relaxed)/ || needs == given { print; next }
  { left[$1]++ }
  END { for (suite in left) print "live-xen.sh: suite " suite " is left out, " left[suite] " rows: it needs other options of Xen" > said }
' "$rows" > "$work/rows"
if [ -s "$work/left" ]; then cat "$work/left" >&2; fi
[ "$(head -n 2 "$work/rows" | wc -l)" -gt 1 ] || { echo "live-xen.sh: no row to ask" >&2; exit 65; }
machine=
options=
if head -n 1 "$rows" | grep -q '^config,'; then
  configuration=$(sed -n '2s/,.*//p' "$rows")
  if sed 1d "$rows" | grep -qv "^$configuration,"; then echo "live-xen.sh: more than one configuration" >&2; exit 65; fi
  caching=off
  case $configuration- in *-cm-*) caching=on ;; esac
  case $configuration- in strict-*) options=dom0-iommu=strict ;; esac
  case $configuration- in *-regs-* | *-no-qinval-*) options="$options iommu=no-qinval,no-intremap" ;; esac
  machine="-machine q35 -device intel-iommu,caching-mode=$caching -device lsi53c895a,addr=04.0 -device lsi53c895a,addr=05.0
    -D $work/trace -trace pci_cfg_write -trace vtd_inv_desc -trace vtd_reg_write"
fi
# The words of the machine are options each.
timeout "${MOAT_LIVE_SECONDS:-300}" ${MOAT_RECORD:-} qemu-system-x86_64 -accel tcg -m 256 -display none -serial stdio -no-reboot -net none \
  $machine -kernel "$work/xen" -append "console=com1 com1=115200,8n1 dom0_mem=64M sched=credit serial_tx_buffer=4M $options $*" \
  -initrd "$work/dom0.elf,$work/rows" < /dev/null > "$work/said" 2> "$work/qemu" || true
# A message of Xen's may stand in the middle of what domain 0 prints.
tr -d '\r' < "$work/said" | awk '{ at = index($0, "(XEN) ") } at > 1 { printf "%s", substr($0, 1, at - 1); next } { print }' > "$work/lines"
code=0
sed -n -e '1,/^live: begin$/d' -e '/^(XEN)/!p' "$work/lines" > "$work/answers"
if ! grep -q '^live: end: 0$' "$work/lines"; then
  tail -n 40 "$work/lines" >&2
  tail -n 10 "$work/qemu" >&2
  code=5
  # Up to the last row that is whole.
  columns=$(head -n 1 "$rows" | tr -cd , | wc -c)
  awk -F, -v "columns=$columns" '/^live: / { print; next } NF == columns + 1 { print; next } { exit }' "$work/answers" > "$work/whole"
  mv "$work/whole" "$work/answers"
  grep -qv '^live: ' "$work/answers" || code=70
  echo "live-xen.sh: no end, $(grep -cv '^live: ' "$work/answers" || true) rows were answered; MOAT_LIVE_SECONDS sets how long it may take" >&2
  [ $code = 5 ] || exit 70
fi
grep '^live: Xen ' "$work/lines" >&2 || true
if [ -n "$log" ]; then
  cat "$work/lines"
  exit $code
fi
head -n 1 "$rows"
if [ -n "$machine" ]; then
  awk -f bench/live-vtd.awk "$work/trace" "$work/answers"
else
  sed '/^live: /d' "$work/answers"
fi
exit $code
