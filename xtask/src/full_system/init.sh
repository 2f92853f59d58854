#!/bin/busybox sh
# The guest's first process: it hands the board to vfio-pci, runs the tests, and says when all is done.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
mount -t tmpfs none /tmp
# Memory for devices in large pages: the emulated IOMMU tells QEMU of each page by itself.
echo always >/sys/kernel/mm/transparent_hugepage/shmem_enabled

for module in /modules/*; do
    unxz -c "$module" >/tmp/module.ko && insmod /tmp/module.ko
done

# The board's ids, as its configuration space has them.
for device in /sys/bus/pci/devices/*; do
    [ "$(cat $device/vendor):$(cat $device/device)" = 0x5348:0x5001 ] && address=${device##*/}
done

check() {
    name=$1
    shift
    if "$@" >/tmp/said 2>&1; then
        echo "$name ... ok"
    else
        cat /tmp/said
        echo "$name ... FAILED"
    fi
}

bind() {
    shp devices | grep -q "shp bind $address" && shp bind $address --apply && shp devices | grep -q "device vfio:$address"
}

release() {
    shp bind $address --release --apply && shp devices | grep -q "driver none" && bind
}

selftest() {
    shp selftest --device vfio:$address
}

conformance() {
    shp conformance --device vfio:$address /vectors.json
}

# What a device does not do, software does, and says so.
split() {
    shp split -k 4 --device vfio:$address -o /tmp /picture.png 2>/tmp/why && [ ! -s /tmp/why ] &&
        shp join -o /tmp/picture.png /tmp/picture.png.*.shp && cmp /picture.png /tmp/picture.png
}

says_what_to_do() {
    ! shp conformance --device vfio:$address /vectors.json 2>/tmp/why && grep -q "shp bind $address" /tmp/why
}

# While one process waits for its message, another one is told what the device counts, and may not have it.
other() {
    mkfifo /tmp/message
    shp split -k 2 --device vfio:$address -o /tmp - </tmp/message &
    exec 3>/tmp/message
    until shp stats --device vfio:$address | grep "driven by process $!"; do
        kill -0 $! && sleep 0.2 || return 1
    done
    ! shp conformance --device vfio:$address /vectors.json 2>/tmp/why && grep "another process uses" /tmp/why
    refused=$?
    exec 3>&-
    wait $! && [ $refused = 0 ]
}

# Its last test: Linux takes a minute to let go of a device that is gone, and nobody waits for that.
lost() {
    >/tmp/lost
    shp-suite vfio:$address lost | tee /tmp/lost &
    until grep -q " \.\.\. " /tmp/lost; do sleep 0.2; done
}

check "a device that is not bound is refused, with what to do" says_what_to_do
check "shp bind hands the device to vfio-pci" bind
check "shp bind takes it back, and hands it over once more" release
shp-suite vfio:$address
check "shp conformance, all vectors that the device can do" conformance
check "shp split and join, a picture" split
check "shp selftest" selftest
check "a second process is told what the device counts, and refused" other
# It says TAKE THE DEVICE AWAY.
lost
echo "THE GUEST ENDS"
while true; do sleep 1; done
