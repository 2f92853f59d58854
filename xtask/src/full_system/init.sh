#!/bin/busybox sh
# The guest's first process: it hands the board to vfio-pci, runs the tests, and says when all is done.
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
mount -t tmpfs none /tmp

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
    echo vfio-pci >/sys/bus/pci/devices/$address/driver_override
    echo $address >/sys/bus/pci/drivers_probe
    [ -e /sys/bus/pci/drivers/vfio-pci/$address ]
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

# Its last test: Linux takes a minute to let go of a device that is gone, and nobody waits for that.
lost() {
    >/tmp/lost
    shp-suite vfio:$address lost | tee /tmp/lost &
    until grep -q " \.\.\. " /tmp/lost; do sleep 0.2; done
}

check "a device that is not bound is refused, with what to do" says_what_to_do
check "the device binds to vfio-pci" bind
shp-suite vfio:$address
check "shp conformance, all vectors that the device can do" conformance
check "shp split and join, a picture" split
# It says TAKE THE DEVICE AWAY.
lost
echo "THE GUEST ENDS"
while true; do sleep 1; done
