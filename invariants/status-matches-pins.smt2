; The status bits that the granter sees tell the truth: writing is set exactly while a pin for writing is held, reading
; exactly while any pin is held. Nothing is promised inside the section that updates both under the active entry's
; lock, nor after the granter has itself stored to the entry while it was pinned.
(set-info :says "A grant entry's reading and writing bits are set exactly while it is pinned, and pinned for writing.")
(set-info :kind safety)
(set-info :source "Xen grant_table.h: GTF_reading and GTF_writing; XSA-230")

(define-fun invariant () Bool
  (forall ((g Gref))
    (=> (not (stored g)) (not (busyEntry g))
        (and (= (writing g) (exists ((x Pin) (n Nat)) (and (isWriter x) (pins g x n))))
             (= (reading g) (exists ((x Pin) (n Nat)) (pins g x n)))))))

; An entry that the granter left alone is pinned, outside the lock.
(define-fun witness () Bool
  (exists ((g Gref) (x Pin) (n Nat))
    (and (pins g x n) (not (stored g)) (not (busyEntry g)))))
