#!/bin/busybox sh
# The first process of the virtual board: makes the host's files visible (to read; what is written is gone with the machine), mounts the
# data disk, and hands over to the agent in them. When the agent ends, the machine goes off.
PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
modprobe -a $(cat /modules)

mount -t 9p -o trans=virtio,version=9p2000.L,msize=524288,cache=loose,ro host /host
mount -t tmpfs overlay /overlay
mkdir /overlay/upper /overlay/work
mount -t overlay -o lowerdir=/host,upperdir=/overlay/upper,workdir=/overlay/work board /board
for folder in proc sys dev; do mount -o bind /$folder /board/$folder; done
mount -t configfs config /board/sys/kernel/config
mkdir -p /board/dev/shm /board/dev/pts
mount -t tmpfs shm /board/dev/shm
mount -t devpts pts /board/dev/pts
mount -t tmpfs run /board/run
mkdir /board/run/lock

# The journal of a disk that lost power is replayed here.
mkdir -p /board/data
mount -t ext4 -o noatime,errors=remount-ro /dev/vda /board/data
ifconfig lo 127.0.0.1
ifconfig eth0 10.0.2.15 netmask 255.255.255.0
route add default gw 10.0.2.2

agent=$(sed -n 's/.*agent=\([^ ]*\).*/\1/p' /proc/cmdline)
chroot /board /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LANG=C.UTF-8 /usr/bin/python3 "$agent"
echo "The agent ended with status $?."
poweroff -f
