; SW8. Slots are used again. What an earlier mapping left there reaches neither the device of the next one nor, by a device that writes
; less than it said, its CPU.
(set-info :says "A mapping shows CPU and device nothing but what was written for this mapping.")
(set-info :kind safety)
(set-info :source "CVE-2022-0854: swiotlb information leak with DMA_FROM_DEVICE")

(define-fun invariant () Bool
  (forall ((m Xfer) (p Part))
    (and (=> (forCpu m p) (or (cpuFindsOwn m p) (cpuFindsDevices m p)))
         (=> (forDevice m p) (or (deviceFindsCpus m p) (deviceFindsDevices m p))))))

; The device finds what the CPU wrote.
(define-fun witness () Bool
  (exists ((m Xfer) (p Part)) (and (forDevice m p) (deviceFindsCpus m p))))
