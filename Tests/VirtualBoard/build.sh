#!/bin/bash
# Makes kernel and initramfs of the virtual board in the folder given, under the kernel's version, and prints that folder's path.
# What is there already is not made again.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=$(mkdir -p "$1" && cd "$1" && pwd)
# What of Debian's kernel the machine needs, before what depends on it is added.
modules=(virtio_pci virtio_blk virtio_net virtio_console virtio_rng 9pnet_virtio 9p overlay crc32c_generic ext4 configfs)

fail() { echo "$*" >&2; exit 1; }

headers=$(dpkg-query -W -f='${Depends}' linux-headers-amd64 | sed 's/ .*//')
release=${headers#linux-headers-}
version=$(dpkg-query -W -f='${Version}' "$headers")
source_version=$(dpkg-query -W -f='${Version}' linux-source-6.1)
[[ $version == "$source_version" ]] || fail "linux-headers-amd64 is of $version, linux-source-6.1 of $source_version: a module must be" \
	"built from the kernel's own source. Do 'apt-get update && apt-get install linux-headers-amd64 linux-source-6.1' and try again."

made=$cache/$version-$(cat "$here"/build.sh "$here"/init.sh "$here"/kernel/* | sha256sum | cut -c 1-8)
if [[ -e $made/initramfs ]]; then echo "$made"; exit 0; fi

work=$(mktemp -d "$cache/making.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
echo "Making the virtual board's kernel, Debian's $version" >&2

# Only unpacked, not installed: this machine has no use for another kernel.
apt-get download -q -o APT::Sandbox::User=root "linux-image-$release=$version" >&2 || fail "Debian's archive no longer has" \
	"linux-image-$release $version. Do 'apt-get update && apt-get install linux-headers-amd64 linux-source-6.1' and try again."
mkdir image && dpkg-deb --fsys-tarfile linux-image-*.deb | tar -x -C image ./boot ./lib/modules
debian=image/lib/modules/$release

echo "Making the modules gpio-sim and pwm-sim" >&2
mkdir kernel && cp "$here"/kernel/* kernel
from=linux-source-6.1
tar -xJf /usr/src/$from.tar.xz $from/drivers/gpio/gpio-sim.c $from/drivers/gpio/gpiolib.h $from/kernel/irq/irq_sim.c
cp $from/drivers/gpio/gpio-sim.c kernel/gpio-sim-chip.c
cp $from/drivers/gpio/gpiolib.h kernel
# irq_to_desc is not for modules; what it is wanted for is.
sed 's/handle_simple_irq(irq_to_desc(irqnum))/generic_handle_irq(irqnum)/' $from/kernel/irq/irq_sim.c >kernel/irq_sim.c
make -s -C "/usr/src/$headers" M="$work/kernel" modules >make.log 2>&1 || { cat make.log >&2; fail "The modules cannot be built."; }

echo "Making the initramfs" >&2
root=$work/root
mkdir -p root/{bin,dev,proc,sys,host,overlay,board,data} "root/lib/modules/$release"
cp /bin/busybox root/bin/busybox
cp "$here/init.sh" root/init && chmod +x root/init
take() {
	local path needed
	path=$(find "$debian" -name "$1.ko" -o -name "${1//_/-}.ko" | head -1)
	if [[ ! $path ]]; then
		grep -qE "/(${1//_/[_-]})\.ko$" "$debian/modules.builtin" && return
		fail "Debian's kernel $version has no module $1."
	fi
	cp -n "$path" "root/lib/modules/$release"
	for needed in $(tr '\0' '\n' <"$path" | sed -n 's/^depends=//p' | tr ',' ' '); do take "$needed"; done
}
for module in "${modules[@]}"; do take "$module"; done
cp kernel/{gpio-sim,pwm-sim}.ko "root/lib/modules/$release"
busybox depmod -b root "$release"
echo "${modules[*]} gpio-sim pwm-sim" >root/modules

mkdir made
(cd root && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) >made/initramfs
# Unpacked here, because the emulated processor needs ten seconds for it at each boot; qemu starts it by its PVH note.
packed=image/boot/vmlinuz-$release
start=$(LC_ALL=C grep -aboP '\xfd7zXZ\x00' "$packed" | head -1 | cut -d: -f1) || fail "$packed is not packed by xz."
# What follows the packed kernel is no part of it, and xz says so.
tail -c +$((start + 1)) "$packed" | xz -dc >made/kernel 2>/dev/null || true
[[ $(head -c 4 made/kernel) == $'\x7fELF' ]] || fail "There is no kernel in $packed."
rm -rf "$cache/$version"-* && mv made "$made"
echo "$made"
