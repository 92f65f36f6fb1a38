#!/bin/sh
# Boots a Linux kernel of Debian under QEMU, records NVMe reads and writes there with Moat's recipe, and has the trace judged.
# Usage: bench/live-linux.sh DIRECTORY RECIPE TRACE [KERNEL PARAMETER ...]
#   e.g. bench/live-linux.sh target/live linux-6.12 strict.trace intel_iommu=on iommu.strict=1
# DIRECTORY is where the kernel's package and busybox lie unpacked (Debian; neither need be installed):
#   mkdir -p target/live && cd target/live && apt-get download linux-image-6.12-amd64 busybox-static
#   (the first names the package with the kernel itself, which is to be downloaded, too), and dpkg-deb -x of each into it.
# Needs qemu-system-x86, kmod, cpio, xz-utils. MOAT_IOMMU=amd-iommu gives the machine AMD-Vi instead of VT-d; MOAT_CPUS=2 is what
# it has of CPUs, MOAT_WORK a file that the guest's shell runs instead of the reads and writes, MOAT_LIVE_SECONDS=300 its time.
# CPUs take turns (thread=single): with threads of its own for each QEMU 7.2 lets Linux see code that it is just changing.
# Exit code: 69 something is missing, 70 the guest did not come to its end, otherwise that of 'moat audit'.
set -eu
home=$(cd "$(dirname "$0")/.." && pwd)
fail() { echo "live-linux.sh: $2" >&2; exit "$1"; }
. "$home/bench/live-guest.sh"
[ "$#" -ge 3 ] || { sed -n '3,4s/^# //p' "$0" >&2; exit 2; }
for tool in qemu-system-x86_64 modprobe depmod cpio xz gzip timeout; do
  command -v "$tool" >/dev/null || fail 69 "$tool is missing; see the head of this script"
done
find_guest "$1"
recipe=$2
trace=$3
shift 3
make_root virtio_pci 9pnet_virtio 9p nvme
mkdir "$work/share"
"$home/moat" audit --recipe "$recipe" >"$work/share/record.sh"
if [ -n "${MOAT_WORK:-}" ]; then
  cp "$MOAT_WORK" "$work/share/work.sh"
else
  cat >"$work/share/work.sh" <<'END'
for job in 1 2 3; do
  dd if=/dev/zero of=/dev/nvme0n1 bs=4k count=20 seek=$((job * 1000)) oflag=direct 2>/dev/null &
  dd if=/dev/nvme0n1 of=/dev/null bs=64k count=6 skip=$((job * 64)) iflag=direct 2>/dev/null &
done
wait
END
fi
pack_root <<'END'
mount -t tracefs tracefs /sys/kernel/tracing
modprobe virtio_pci 2>/dev/null
modprobe 9pnet_virtio
modprobe 9p
mount -t 9p -o trans=virtio,version=9p2000.L share /share
modprobe nvme
sleep 3
sh /share/record.sh /tmp/trace -- sh /share/work.sh && cp /tmp/trace /share/trace && sync
poweroff -f
END
case ${MOAT_IOMMU:-intel-iommu} in
  intel-iommu) machine="q35,kernel-irqchip=split -device intel-iommu,intremap=on" ;;
  *) machine="q35 -device $MOAT_IOMMU" ;;
esac
# The words of the machine are options each. The share is not behind the IOMMU (no iommu_platform), and leaves no events.
timeout "${MOAT_LIVE_SECONDS:-300}" qemu-system-x86_64 -accel tcg,thread=single -cpu max -m 1G -smp "${MOAT_CPUS:-2}" -M $machine \
  -nodefaults -display none -no-reboot -serial stdio -kernel "$kernel" -initrd "$work/initrd" \
  -append "console=ttyS0 quiet panic=1 $*" -drive "if=none,id=disk,file=$work/disk,format=raw" -device nvme,drive=disk,serial=1 \
  -fsdev "local,id=share,path=$work/share,security_model=none" -device virtio-9p-pci,fsdev=share,mount_tag=share,disable-legacy=on \
  </dev/null >"$work/said" 2>&1 || :
[ -s "$work/share/trace" ] || {
  tail -n 40 "$work/said" >&2
  fail 70 "the guest has left no trace"
}
cp "$work/share/trace" "$trace"
"$home/moat" audit "$trace"
