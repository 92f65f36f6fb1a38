; The second stage of the post of 2016 is to be the same vIOMMU behind another front end: no device model, Xen's own host bridge. Two guests whose
; registers, tables and memory are alike find no difference between the two, whatever the kind of device.
(set-info :says "Guests in equal states without pending invalidations get the same behind a device model and Xen's own host bridge.")
(set-info :kind safety)
(set-info :source "xen-devel 2016, Discussion about virtual iommu support for Xen guest: the device model's host bridge first, Xen's own later")

(define-fun invariant () Bool
  (forall ((d Dom) (e Dom) (q Req) (r Req) (p Page) (f Frame) (g Frame))
    (=> (hasModel d) (not (hasModel e)) (assigned q d) (assigned r e) (alike q r p f g)
        (not (guestOwes q p)) (not (guestOwes r p))
        (and (= (getsR q p f) (getsR r p g))
             (= (getsW q p f) (getsW r p g))))))

; Devices of guests with different front ends are led alike, and get it.
(define-fun witness () Bool
  (exists ((d Dom) (e Dom) (q Req) (r Req) (p Page) (f Frame) (g Frame))
    (and (hasModel d) (not (hasModel e)) (assigned q d) (assigned r e) (alike q r p f g)
         (not (guestOwes q p)) (not (guestOwes r p)) (getsR q p f) (getsR r p g))))
