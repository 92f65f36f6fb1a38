# Read (.) by live-record.sh and live-linux.sh: makes a Linux guest of Debian's packages, which lie unpacked in a directory.
# The script that reads it has a function fail CODE MESSAGE.

# DIRECTORY: sets unpacked, lib, version, kernel and busybox.
find_guest() {
  [ -d "$1" ] || fail 69 "no directory $1 with a kernel; see the head of this script"
  unpacked=$(cd "$1" && pwd)
  lib=$unpacked/lib/modules
  [ -d "$lib" ] || lib=$unpacked/usr/lib/modules
  version=$(ls "$lib" 2>/dev/null | head -n 1)
  for kernel in "$unpacked/boot/vmlinuz-$version" "$lib/$version/vmlinuz"; do [ ! -f "$kernel" ] || break; done
  for busybox in "$unpacked/bin/busybox" "$unpacked/usr/bin/busybox"; do [ ! -x "$busybox" ] || break; done
  [ -f "$kernel" ] && [ -x "$busybox" ] || fail 69 "no kernel or no busybox in $unpacked"
}

# MODULE ...: makes $work, with the files of an initial RAM disk in $work/root, those modules and what they need among them.
make_root() {
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT INT TERM
  root=$work/root
  mkdir -p "$root/bin" "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/share" "$root/lib/modules/$version"
  cp "$busybox" "$root/bin/busybox"
  for name in $("$busybox" --list 2>/dev/null || echo sh mount cat grep sed modprobe sleep dd poweroff); do # another architecture's does not run
    [ "$name" = busybox ] || ln -s busybox "$root/bin/$name"
  done
  base=${lib%/lib/modules}
  [ -f "$lib/$version/modules.dep" ] || depmod -b "$base" "$version"
  for module; do
    modprobe -d "$base" -S "$version" -D "$module" 2>/dev/null || :
  done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | sort -u | while read -r file; do
    to=$root/lib/modules/$version/${file#*/lib/modules/"$version"/}
    mkdir -p "$(dirname "$to")"
    case $file in
      *.xz) xz -dc "$file" >"${to%.xz}" ;;
      *) cp "$file" "$to" ;;
    esac
  done
  depmod -b "$root" "$version" 2>/dev/null
  cat >"$root/init" <<'INIT'
#!/bin/sh
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
INIT
  chmod +x "$root/init"
}

# The rest of init is the standard input. Makes $work/initrd, and $work/disk for NVMe.
pack_root() {
  cat >>"$root/init"
  (cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initrd"
  truncate -s 64M "$work/disk"
}
