#!/bin/sh
# Records what 'moat audit' judges, on @KERNEL@ (x86-64; Intel VT-d, or AMD-Vi, which has no probes and events for flushes).
# Run it as root:
#   sh record.sh OUTPUT SECONDS
#   sh record.sh OUTPUT -- COMMAND [ARGUMENT...]
# It uses a tracing instance of its own and takes everything down when it ends, also when it is interrupted.
# BUFFER_KB (default 8192) bounds the kernel's memory for each CPU. Events that do not fit are marked as lost in the
# output; the audit then judges nothing that they may have touched.
set -eu

[ "$#" -ge 2 ] || {
  echo "usage: $0 OUTPUT SECONDS | $0 OUTPUT -- COMMAND [ARGUMENT...]" >&2
  exit 2
}
output=$1
shift
tracing=/sys/kernel/tracing
[ -e "$tracing/kprobe_events" ] || tracing=/sys/kernel/debug/tracing
[ -w "$tracing/kprobe_events" ] || {
  echo "no writable tracefs with kprobes: run as root; CONFIG_KPROBE_EVENTS is needed" >&2
  exit 1
}
instance=$tracing/instances/moat
[ ! -e "$instance" ] || {
  echo "$instance exists: is another recording running?" >&2
  exit 1
}
probes=
reader=

cleanup() {
  trap - EXIT INT TERM
  [ ! -e "$instance/tracing_on" ] || echo 0 >"$instance/tracing_on"
  if [ -n "$reader" ]; then
    sleep 1 # the reader takes what is left, and ends by itself unless nothing was recorded
    kill "$reader" 2>/dev/null || :
    wait "$reader" 2>/dev/null || :
  fi
  [ ! -e "$instance/events" ] || echo 0 >"$instance/events/enable"
  [ ! -d "$instance" ] || rmdir "$instance"
  for p in $probes; do
    echo "-:moat/$p" >>"$tracing/kprobe_events" || :
  done
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# probe NAME DEFINITION...: the first definition that can be set, for later kernels have other functions. A function that is not there,
# or that the compiler inlined, costs the rules that need it, not the recording.
probe() {
  name=$1
  shift
  for definition in "$@"; do
    if echo "$definition" >>"$tracing/kprobe_events" 2>/dev/null; then
      probes="$probes $name"
      return 0
    fi
  done
  echo "not available here: $*" >&2
}

probe iommu_map      'p:moat/iommu_map __iommu_map dom=%di iova=%si paddr=%dx size=%cx prot=%r8' \
  'p:moat/iommu_map iommu_map_nosync dom=%di iova=%si paddr=%dx size=%cx prot=%r8'
probe map_ret        'r:moat/map_ret __iommu_map ret=$retval' 'r:moat/map_ret iommu_map_nosync ret=$retval'
probe iommu_unmap    'p:moat/iommu_unmap __iommu_unmap dom=%di iova=%si size=%dx'
probe attach         'p:moat/attach __iommu_attach_device dom=%di'
probe domain_free    'p:moat/domain_free iommu_domain_free dom=%di'
probe tlb_sync       'p:moat/tlb_sync intel_iommu_tlb_sync dom=%di start=+0(%si):x64 end=+8(%si):x64'
probe tlb_sync_ret   'r128:moat/tlb_sync_ret intel_iommu_tlb_sync'
probe flush_all      'p:moat/flush_all intel_flush_iotlb_all dom=%di'
probe flush_all_ret  'r128:moat/flush_all_ret intel_flush_iotlb_all'
probe dma_map_page   'p:moat/dma_map_page iommu_dma_map_page off=%dx size=%cx dir=%r8' \
  'p:moat/dma_map_page iommu_dma_map_phys phys=%si size=%dx dir=%cx'
probe dma_map_page_ret 'r128:moat/dma_map_page_ret iommu_dma_map_page iova=$retval' \
  'r128:moat/dma_map_page_ret iommu_dma_map_phys iova=$retval'
probe dma_unmap_page 'p:moat/dma_unmap_page iommu_dma_unmap_page iova=%si size=%dx' \
  'p:moat/dma_unmap_page iommu_dma_unmap_phys iova=%si size=%dx'
probe unmap_page_ret 'r128:moat/unmap_page_ret iommu_dma_unmap_page' 'r128:moat/unmap_page_ret iommu_dma_unmap_phys'
probe dma_unmap_sg   'p:moat/dma_unmap_sg iommu_dma_unmap_sg'
probe unmap_sg_ret   'r128:moat/unmap_sg_ret iommu_dma_unmap_sg'
probe dma_free       'p:moat/dma_free iommu_dma_free size=%si iova=%cx'
probe free_ret       'r128:moat/free_ret iommu_dma_free'
probe iova_destroy   'p:moat/iova_destroy dma_iova_destroy'
probe iova_destroy_ret 'r128:moat/iova_destroy_ret dma_iova_destroy'
probe iova_unlink    'p:moat/iova_unlink dma_iova_unlink'
probe iova_unlink_ret 'r128:moat/iova_unlink_ret dma_iova_unlink'

mkdir "$instance"
echo "${BUFFER_KB:-8192}" >"$instance/buffer_size_kb"
# One clock for all CPUs: the default is each CPU's own. Where a kernel has no such clock, the audit says when times run back.
echo mono >"$instance/trace_clock" 2>/dev/null || :
# The audit puts lines in the order of a clock that all CPUs share, when it is told so.
sed 's/.*\[\(.*\)\].*/# clock: \1/' "$instance/trace_clock" >"$output"
echo 0 >"$instance/tracing_on"
recorded=
for event in @EVENTS@; do
  if [ -e "$instance/events/$event" ]; then
    echo 1 >"$instance/events/$event/enable"
    recorded="$recorded $event"
  else
    echo "not available here: $event" >&2
  fi
done
# What is not in the trace though it was recorded did not happen; the audit asks that of bounces.
echo "# recorded:$recorded" >>"$output"
[ -z "$probes" ] || echo 1 >"$instance/events/moat/enable"

cat "$instance/trace_pipe" >>"$output" &
reader=$!
echo 1 >"$instance/tracing_on"
if [ "$1" = -- ]; then
  shift
  "$@" || echo "the command failed; what it did is recorded" >&2
else
  sleep "$1"
fi
cleanup
echo "recorded: $output" >&2
