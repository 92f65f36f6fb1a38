#!/bin/sh
# Measures the allocators of Linux's DMA layer at the size of a kernel, with one thread: map and unmap calls of the allocator of
# I/O virtual addresses, with its caches and without; random map, sync and unmap operations of bounce buffers, alone and beside
# the slow twin of the tests, to which everything is compared; and, a fiftieth as many, whole calls of the layer on each family as a
# search runs them, with all that units do for them, under each policy.
#   sh bench/dma.sh [OPERATIONS] [SEED]     default: 10 million each
set -eu
operations=${1:-10000000}
seed=${2:-7}
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
cd "$home"
mvn -B -q ${MAVEN_OPTIONS:-} -Dspotless.check.skip=true test-compile
java -Xmx1g -cp target/classes:target/test-classes dev.moat.dma.iova.IovaSpeed "$operations" 8192 "$seed"
java -Xmx1g -cp target/classes:target/test-classes dev.moat.dma.swiotlb.SwiotlbSpeed "$operations" "$seed"
all=target/classes:target/test-classes:"$(mvn -B -o -q dependency:build-classpath -Dmdep.outputFile=/dev/stdout)"
java -Xmx4g -cp "$all" dev.moat.dma.layer.LayerSpeed "$((operations / 50))" "$seed"
