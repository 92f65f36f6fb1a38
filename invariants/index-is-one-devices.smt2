; One table serves all devices; the entry's source makes an index a device's own. An index that is free, or given to another, lets the old
; device through no more.
(set-info :says "An index of the physical table lets through only the device that has it.")
(set-info :kind safety)
(set-info :source "CVE-2013-0153, XSA-36 (2013); fact sheet viommu-study, irte-not-reused")

(define-fun invariant () Bool
  (forall ((q Req) (i Index))
    (=> (passesIndex q i) (indexOf i q))))

; An index that somebody has lets through.
(define-fun witness () Bool
  (exists ((q Req) (i Index)) (passesIndex q i)))
