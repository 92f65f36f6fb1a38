#!/bin/sh
# Measures 'moat audit' on a synthetic trace: strict unmaps by two tasks on two CPUs, a thousand pages in turn.
#   sh bench/audit.sh [LINES]     default: 10 million lines, 1.3 GB in a temporary directory
# The audit reads with one thread. A heap of 256 MiB shows that memory does not grow with the trace.
set -eu
lines=${1:-10000000}
home=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
awk -v lines="$lines" 'BEGIN {
  for (n = 0; n < lines / 14; n++) {
    iova = sprintf("0x%x", 4294963200 - n % 1000 * 4096)
    long = sprintf("0x%016x", 4294963200 - n % 1000 * 4096)
    past = sprintf("0x%016x", 4294967296 - n % 1000 * 4096)
    last = sprintf("0x%x", 4294967295 - n % 1000 * 4096)
    frame = sprintf("0x%x", 268435456 + n * 7 % 65536 * 4096)
    head = sprintf("  kworker/%d:1H-%d   [00%d] d.h1. %d.%06d: ", n % 2, 36 + n % 2, n % 2, 10 + n / 100000, n % 100000 * 10)
    dom = "dom=0xff20a4971e14e950 iova=" iova
    print head "dma_map_page: (iommu_dma_map_page+0x0/0x260) dev=(fault) page=0xff89238c8018ed40 off=0x0 size=0x1000 dir=0x2"
    print head "iommu_map: (__iommu_map+0x0/0x2a0) " dom " paddr=" frame " size=0x1000 prot=0x6"
    print head "map: IOMMU: iova=" long " - " past " paddr=" frame " size=4096"
    print head "map_ret: (iommu_map_atomic+0x25/0x60 <- __iommu_map) ret=0x0"
    print head "dma_map_page_ret: (nvme_prep_rq.part.0+0x70e/0x910 [nvme] <- iommu_dma_map_page) iova=" iova
    print head "dma_unmap_page: (iommu_dma_unmap_page+0x0/0x90) dev=(fault) iova=" iova " size=0x1000"
    print head "unmap_fast: (iommu_unmap_fast+0x0/0x10) " dom " size=0x1000"
    print head "iommu_unmap: (__iommu_unmap+0x0/0x1f0) " dom " size=0x1000"
    print head "unmap: IOMMU: iova=" long " - " past " size=4096 unmapped_size=4096"
    print head "tlb_sync: (intel_iommu_tlb_sync+0x0/0xf0) dom=0xff20a4971e14e950 start=" iova " end=" last
    print head "qi_flush_iotlb: (qi_flush_iotlb+0x0/0xb0) did=0x3 addr=" iova " order=0x0 type=0x3000000000000000"
    print head "qi_submit: iotlb_inv dmar0: 0x300f2 " iova " 0x0 0x0"
    print head "tlb_sync_ret: (__iommu_dma_unmap+0x23f/0x2d0 <- intel_iommu_tlb_sync)"
    print head "unmap_page_ret: (nvme_pci_complete_batch+0xac/0xc0 [nvme] <- iommu_dma_unmap_page)"
  }
}' >"$dir/trace"
ls -l "$dir/trace" | awk '{ print $5 " bytes" }'
wc -l <"$dir/trace" | awk '{ print $1 " lines" }'
MOAT_HEAP=256m "$home/moat" audit --recipe linux-6.1 >/dev/null # builds, should that be needed
times >"$dir/before"
MOAT_HEAP=256m "$home/moat" audit --strict "$dir/trace" >"$dir/report"
times >"$dir/after"
head -n 8 "$dir/report"
# The second line of times is what the children took: user and system time as 1m2.345s.
cat "$dir/before" "$dir/after" | awk -v n="$lines" 'NR % 2 == 0 {
  gsub(/[ms]/, " ")
  spent = $1 * 60 + $2 + $3 * 60 + $4 - spent
} END { printf "%.1f s of processor time, start of Java included: %.2f million events per second and core\n", spent, n / spent / 1e6 }'
