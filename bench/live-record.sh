#!/bin/sh
# Boots a Linux kernel of Debian under QEMU, with reads and writes of NVMe, and has 'moat record' judge it; or Xen with that kernel
# as its domain 0.
# Usage: bench/live-record.sh DIRECTORY [--xen IMAGE] [OPTION OF MOAT RECORD ...] [-- PARAMETER OF THE KERNEL OR XEN ...]
#   e.g. bench/live-record.sh target/live --strict -- iommu.strict=1
#        bench/live-record.sh target/live --xen target/live/boot/xen-4.20-amd64.gz --strict -- dom0-iommu=strict
# DIRECTORY is where the kernel's package and busybox lie unpacked (Debian; neither need be installed):
#   mkdir -p target/live && cd target/live && apt-get download linux-image-6.12-amd64 busybox-static
#   (the first names the package with the kernel itself, which is to be downloaded, too), and dpkg-deb -x of each into it.
# For smmuv3 and iommu-sys (RISC-V) both are of that architecture, as busybox-static:arm64.
# Needs QEMU 9.2 or later, gcc, kmod, cpio, xz-utils. From the environment: MOAT_QEMU (qemu-system-x86_64, or as the unit needs), MOAT_IOMMU
# (intel-iommu, amd-iommu with its options, smmuv3 or iommu-sys), MOAT_CPUS (2), MOAT_BLOCKS (blocks written, 100), MOAT_DOM0 (beside Xen,
# parameters of the kernel), MOAT_LIVE (DIRECTORY, for --check), MOAT (the program, ./moat), MOAT_LIVE_SECONDS (300, without Moat).
# A first boot prints the symbols; they stay in DIRECTORY. 'plain' as the first option boots without Moat, to compare times.
# Exit code: 69 something is missing, 70 the guest did not come to its end, otherwise that of 'moat record'.
set -eu
home=$(cd "$(dirname "$0")/.." && pwd)
fail() { echo "live-record.sh: $2" >&2; exit "$1"; }
. "$home/bench/live-guest.sh"
[ $# -ge 1 ] || { sed -n '4s/^# //p' "$0" >&2; exit 2; }
iommu=${MOAT_IOMMU:-intel-iommu}
case $iommu in
  smmuv3) processor=aarch64 cpu=neoverse-n1 console=ttyAMA0 ;;
  iommu-sys) processor=riscv64 cpu=rv64 console=ttyS0 ;;
  *) processor=x86_64 cpu=max console=ttyS0 ;;
esac
qemu=${MOAT_QEMU:-qemu-system-$processor}
for tool in "$qemu" gcc modprobe depmod cpio xz gzip timeout; do
  command -v "$tool" >/dev/null || fail 69 "$tool is missing; see the head of this script"
done
check=
[ "$1" != --check ] || { check=yes; shift; set -- "${MOAT_LIVE:-target/live}"; }
find_guest "$1"
shift
[ -z "$check" ] || exit 0
xen=
if [ "${1:-}" = --xen ]; then
  xen=${2:-}
  [ -f "$xen" ] || fail 69 "no hypervisor $xen"
  shift 2
fi
make_root nvme xenfs xen-privcmd
pack_root <<'INIT'
blocks=0
for word in $(cat /proc/cmdline); do
  case $word in
    moat.blocks=*) blocks=${word#moat.blocks=} ;;
  esac
done
symbols=/proc/kallsyms
wanted='iommu|smmu|dma_iova|qi_|cache_tag|free_unref|__free_|vmemmap_base|current_task|pcpu_hot'
if [ -d /proc/xen ]; then
  modprobe xenfs && mount -t xenfs xenfs /proc/xen
  symbols=/proc/xen/xensyms
  wanted='iommu|iotlb|queue_invalidate|flush|free_domheap'
fi
if [ "$blocks" = 0 ]; then
  grep -E "$wanted" $symbols | sed 's/^/moat-symbol /'
else
  modprobe nvme
  for second in 1 2 3 4 5 6 7 8 9; do [ -b /dev/nvme0n1 ] || sleep 1; done
  dd if=/dev/zero of=/dev/nvme0n1 bs=4k count="$blocks" oflag=direct 2>/dev/null &&
    dd if=/dev/nvme0n1 of=/dev/null bs=64k count=$((blocks / 4 + 1)) iflag=direct 2>/dev/null && echo moat-done
fi
sleep 1 # for Xen's console
poweroff -f
INIT
parameters="panic=1 nokaslr quiet"
case $iommu in
  intel-iommu) machine="q35,kernel-irqchip=split -device intel-iommu,intremap=on" parameters="$parameters intel_iommu=on" ;;
  smmuv3) machine="virt,gic-version=3,iommu=smmuv3" ;;
  iommu-sys) machine="virt,aia=aplic-imsic,iommu-sys=on" ;;
  # Its timer's interrupt does not always come in time on a busy host.
  *) machine="q35 -device $iommu" parameters="$parameters no_timer_check" ;;
esac
# With two CPUs Xen loses the disk's interrupts where they are remapped, and its default scheduler a domain 0 that is stopped often.
[ -z "$xen" ] || [ "$iommu" != intel-iommu ] || machine="q35 -device $iommu"
# The words of the machine are options each. The first word of parameters is for QEMU's console or, beside Xen, for Xen's.
guest() {
  say=$1
  linux="$parameters moat.blocks=$2"
  shift 2
  if [ -n "$xen" ]; then
    gzip -dc "$xen" >"$work/xen"
    set -- "$@" "$qemu" -kernel "$work/xen" -initrd "$kernel console=hvc0 $linux ${MOAT_DOM0:-},$work/initrd" \
      -append "console=com1 com1=115200,8n1 dom0_mem=600M sched=credit iommu=no-intremap $more"
  else
    set -- "$@" "$qemu" -kernel "$kernel" -initrd "$work/initrd" -append "console=$console $linux $more"
  fi
  "$@" -cpu "$cpu" -m 1G -smp "${MOAT_CPUS:-2}" -M $machine -nodefaults -display none -no-reboot -serial "$say" \
    -drive "if=none,id=disk,file=$work/disk,format=raw" -device nvme,drive=disk,serial=1 </dev/null
}
symbols=$unpacked/symbols-$version
system=linux
if [ -n "$xen" ]; then
  symbols=$unpacked/symbols-$(basename "$xen" .gz)
  system=xen
fi
options=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  options="$options $1"
  shift
done
[ $# -eq 0 ] || shift
more=$*
limit="timeout ${MOAT_LIVE_SECONDS:-300}"
if [ ! -s "$symbols" ]; then
  guest "file:$work/said" 0 $limit
  tr -d '\r' <"$work/said" | sed -n 's/^moat-symbol //p' >"$symbols"
fi
code=0
blocks=${MOAT_BLOCKS:-100}
case $options in
  " plain") guest "file:$work/said" "$blocks" $limit ;;
  *) guest "file:$work/said" "$blocks" ${MOAT:-"$home/moat"} record --for $system --symbols "$symbols" $options -- || code=$? ;;
esac
grep -q moat-done "$work/said" || { tail -n 40 "$work/said" >&2; fail 70 "the guest did not come to its end"; }
exit "$code"
