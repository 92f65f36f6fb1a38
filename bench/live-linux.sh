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
[ "$#" -ge 3 ] || { sed -n '3,4s/^# //p' "$0" >&2; exit 2; }
for tool in qemu-system-x86_64 modprobe depmod cpio xz gzip timeout; do
  command -v "$tool" >/dev/null || { echo "live-linux.sh: $tool is missing; see the head of this script" >&2; exit 69; }
done
unpacked=$(cd "$1" && pwd)
recipe=$2
trace=$3
shift 3
busybox=$unpacked/bin/busybox
version=$(ls "$unpacked/lib/modules" 2>/dev/null | head -n 1)
kernel=$unpacked/boot/vmlinuz-$version
[ -f "$kernel" ] && [ -x "$busybox" ] || { echo "live-linux.sh: no kernel or no busybox in $unpacked" >&2; exit 69; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
root=$work/root
mkdir -p "$root/bin" "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/share" "$root/lib/modules/$version" "$work/share"
cp "$busybox" "$root/bin/busybox"
for name in $("$busybox" --list); do
  [ "$name" = busybox ] || ln -s busybox "$root/bin/$name"
done

# The modules that the guest needs, and what they need.
[ -f "$unpacked/lib/modules/$version/modules.dep" ] || depmod -b "$unpacked" "$version"
for module in virtio_pci 9pnet_virtio 9p nvme; do
  modprobe -d "$unpacked" -S "$version" -D "$module" 2>/dev/null || :
done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u | while read -r file; do
  to=$root/lib/modules/$version/${file#*/lib/modules/"$version"/}
  mkdir -p "$(dirname "$to")"
  case $file in
    *.xz) xz -dc "$file" >"${to%.xz}" ;;
    *) cp "$file" "$to" ;;
  esac
done
depmod -b "$root" "$version" 2>/dev/null

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
cat >"$root/init" <<'END'
#!/bin/sh
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
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
chmod +x "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initrd"
truncate -s 64M "$work/disk"

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
  echo "live-linux.sh: the guest has left no trace" >&2
  exit 70
}
cp "$work/share/trace" "$trace"
"$home/moat" audit "$trace"
