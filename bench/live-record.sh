#!/bin/sh
# Boots a Linux kernel of Debian under QEMU, with reads and writes of NVMe, and has 'moat record' judge it.
# Usage: bench/live-record.sh DIRECTORY [OPTION OF MOAT RECORD ...] [-- KERNEL PARAMETER ...]
#   e.g. bench/live-record.sh target/live --strict -- iommu.strict=1
# DIRECTORY is where the kernel's package and busybox lie unpacked (Debian; neither need be installed):
#   mkdir -p target/live && cd target/live && apt-get download linux-image-6.12-amd64 busybox-static
#   (the first names the package with the kernel itself, which is to be downloaded, too), and dpkg-deb -x of each into it.
# Needs QEMU 9.2 or later, gcc, kmod, cpio, xz-utils. From the environment: MOAT_QEMU (qemu-system-x86_64), MOAT_IOMMU (intel-iommu
# or amd-iommu), MOAT_CPUS (2), MOAT_BLOCKS (blocks written, 100), MOAT_LIVE (DIRECTORY, for --check), MOAT (the program, ./moat).
# A first boot prints the kernel's symbols; they stay in DIRECTORY. 'plain' as the first option boots without Moat, to compare times.
# Exit code: 69 something is missing, 70 the guest did not come to its end, otherwise that of 'moat record'.
set -eu
home=$(cd "$(dirname "$0")/.." && pwd)
fail() { echo "live-record.sh: $2" >&2; exit "$1"; }
[ $# -ge 1 ] || { sed -n '3s/^# //p' "$0" >&2; exit 2; }
qemu=${MOAT_QEMU:-qemu-system-x86_64}
for tool in "$qemu" gcc modprobe depmod cpio xz gzip timeout; do
  command -v "$tool" >/dev/null || fail 69 "$tool is missing; see the head of this script"
done
check=
[ "$1" != --check ] || { check=yes; shift; set -- "${MOAT_LIVE:-target/live}"; }
[ -d "$1" ] || fail 69 "no directory $1 with a kernel; see the head of this script"
unpacked=$(cd "$1" && pwd)
shift
lib=$unpacked/lib/modules
[ -d "$lib" ] || lib=$unpacked/usr/lib/modules
version=$(ls "$lib" 2>/dev/null | head -n 1)
for kernel in "$unpacked/boot/vmlinuz-$version" "$lib/$version/vmlinuz"; do [ ! -f "$kernel" ] || break; done
for busybox in "$unpacked/bin/busybox" "$unpacked/usr/bin/busybox"; do [ ! -x "$busybox" ] || break; done
[ -f "$kernel" ] && [ -x "$busybox" ] || fail 69 "no kernel or no busybox in $unpacked"
[ -z "$check" ] || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
root=$work/root
mkdir -p "$root/bin" "$root/proc" "$root/sys" "$root/dev" "$root/lib/modules/$version"
cp "$busybox" "$root/bin/busybox"
for name in $("$busybox" --list); do
  [ "$name" = busybox ] || ln -s busybox "$root/bin/$name"
done
[ -f "$lib/$version/modules.dep" ] || depmod -b "${lib%/lib/modules}" "$version"
modprobe -d "${lib%/lib/modules}" -S "$version" -D nvme | sed -n 's/^insmod \([^ ]*\).*/\1/p' | while read -r file; do
  to=$root/lib/modules/$version/${file#*/lib/modules/"$version"/}
  mkdir -p "$(dirname "$to")"
  case $file in
    *.xz) xz -dc "$file" >"${to%.xz}" ;;
    *) cp "$file" "$to" ;;
  esac
done
depmod -b "$root" "$version" 2>/dev/null
cat >"$root/init" <<'END'
#!/bin/sh
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
blocks=0
for word in $(cat /proc/cmdline); do
  case $word in
    moat.blocks=*) blocks=${word#moat.blocks=} ;;
  esac
done
if [ "$blocks" = 0 ]; then
  grep -E 'iommu|dma_iova|qi_|cache_tag|free_unref|__free_|vmemmap_base|current_task|pcpu_hot' /proc/kallsyms | sed 's/^/moat-symbol /'
else
  modprobe nvme
  for second in 1 2 3 4 5 6 7 8 9; do [ -b /dev/nvme0n1 ] || sleep 1; done
  dd if=/dev/zero of=/dev/nvme0n1 bs=4k count="$blocks" oflag=direct 2>/dev/null &&
    dd if=/dev/nvme0n1 of=/dev/null bs=64k count=$((blocks / 4 + 1)) iflag=direct 2>/dev/null && echo moat-done
fi
poweroff -f
END
chmod +x "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initrd"
truncate -s 64M "$work/disk"
parameters="console=ttyS0 quiet panic=1 nokaslr"
case ${MOAT_IOMMU:-intel-iommu} in
  intel-iommu) machine="q35,kernel-irqchip=split -device intel-iommu,intremap=on" parameters="$parameters intel_iommu=on" ;;
  # Its timer's interrupt does not always come in time on a busy host.
  *) machine="q35 -device $MOAT_IOMMU" parameters="$parameters no_timer_check" ;;
esac
# The words of the machine are options each.
guest() {
  say=$1
  shift
  "$@" "$qemu" -cpu max -m 1G -smp "${MOAT_CPUS:-2}" -M $machine -nodefaults -display none -no-reboot -serial "$say" \
    -kernel "$kernel" -initrd "$work/initrd" -append "$parameters" \
    -drive "if=none,id=disk,file=$work/disk,format=raw" -device nvme,drive=disk,serial=1 </dev/null
}
symbols=$unpacked/symbols-$version
if [ ! -s "$symbols" ]; then
  guest "file:$work/said" timeout 300
  tr -d '\r' <"$work/said" | sed -n 's/^moat-symbol //p' >"$symbols"
fi
options=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  options="$options $1"
  shift
done
[ $# -eq 0 ] || shift
parameters="$parameters moat.blocks=${MOAT_BLOCKS:-100} $*"
code=0
case $options in
  " plain") guest "file:$work/said" timeout 300 ;;
  *) guest "file:$work/said" ${MOAT:-"$home/moat"} record --symbols "$symbols" $options -- || code=$? ;;
esac
grep -q moat-done "$work/said" || { tail -n 40 "$work/said" >&2; fail 70 "the guest did not come to its end"; }
exit "$code"
