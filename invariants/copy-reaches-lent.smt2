; A copy is done by the hypervisor for a guest, through mappings of its own that no table shows. From the moment at which it has
; taken a frame to the moment at which it has moved the bytes, the frame is still the one it took: its owner's, and not free.
(set-info :says "While a copy runs, the frames that it reads or writes are not freed and do not change owner.")
(set-info :kind safety)
(set-info :source "Xen grant_table.c: gnttab_copy holds a reference to each page; XSA-236")

(define-fun invariant () Bool
  (forall ((k Hold) (f Frame))
    (=> (or (copyR k f) (copyW k f))
        (and (not (free f))
             (forall ((d Dom)) (=> (owner f d) (lentBy k d)))))))

; A copy is in flight.
(define-fun witness () Bool
  (and (exists ((j Hold) (g Frame)) (copyW j g))
       (exists ((k Hold) (f Frame) (d Dom) (e Dom)) (and (copyR k f) (lentBy k d) (not (lentBy k e))))))
