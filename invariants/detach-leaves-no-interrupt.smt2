; A device of no domain reaches no line: neither by an entry that is left, nor by one that a cache still has.
(set-info :says "An unassigned device raises no interrupt.")
(set-info :kind safety)
(set-info :source "xen-devel 2016, Discussion about virtual iommu support for Xen guest: hotplug")

(define-fun invariant () Bool
  (forall ((q Req))
    (=> (forall ((e Dom)) (not (assigned q e)))
        (forall ((l Line)) (not (reachesLine q l))))))

; One device is nobody's while another one raises some.
(define-fun witness () Bool
  (exists ((q Req) (r Req) (l Line))
    (and (forall ((e Dom)) (not (assigned q e))) (reachesLine r l))))
