; One table serves all devices; the entry's source makes an index a device's own. An index that is free, or given to another, lets the old
; device through no more.
(set-info :says "An index of the physical table lets through only the device that has it.")
(set-info :kind safety)
(set-info :source "CVE-2013-0153, XSA-36 (2013)")

(define-fun invariant () Bool
  (and (forall ((q Req) (i Index)) (=> (passesIndex q i) (indexOf i q)))
       ; One that is given up is nobody's, and a device that is gone has none.
       (forall ((q Req) (r Req) (i Index)) (=> (indexOf i q) (indexOf i r) (= q r)))
       (forall ((q Req) (i Index)) (=> (indexOf i q) (exists ((e Dom)) (assigned q e))))))

; An index that somebody has lets through.
(define-fun witness () Bool
  (exists ((q Req) (i Index)) (passesIndex q i)))
