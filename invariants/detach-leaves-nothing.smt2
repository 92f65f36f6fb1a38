; What was a device's is gone with it. Where it could ask for anything is judged by no-foreign-request.
(set-info :says "An unassigned device leaves nothing behind: no entry, cached entry, shadow, request in flight or answer.")
(set-info :kind safety)
(set-info :source "xen-devel 2016, Discussion about virtual iommu support for Xen guest: hotplug")

(define-fun invariant () Bool
  (forall ((q Req))
    (=> (forall ((e Dom)) (not (assigned q e)))
        (and (not (shadows q))
             (forall ((u Unit) (s Space) (t Tag)) (and (not (ent u q s t)) (not (cent u q s t))))
             (forall ((p Page) (f Frame))
               (and (not (getsR q p f))
                    (not (getsW q p f))
                    (forall ((u Unit) (t Tag)) (and (not (flyR u q t p f)) (not (flyW u q t p f))))))))))

; One device is nobody's while another one is led somewhere.
(define-fun witness () Bool
  (exists ((q Req) (r Req) (u Unit) (s Space) (t Tag))
    (and (forall ((e Dom)) (not (assigned q e))) (ent u r s t))))
