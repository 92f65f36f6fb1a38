; A granter that has got its entry back may use the frame for anything. So while a copy will still read through an entry it
; shows reading, and writing while the copy will still write; unless the granter stored to the entry all the same.
(set-info :says "While a copy will read or write a granted frame, the grant entry shows that use to its granter.")
(set-info :kind safety)
(set-info :source "Xen grant_table.c: gnttab_copy pins its grants while it runs; grant_table.h: GTF_reading and GTF_writing")

(define-fun invariant () Bool
  (forall ((k Hold) (f Frame) (g Gref))
    (=> (via k g) (not (stored g))
        (and (=> (copyR k f) (reading g))
             (=> (copyW k f) (and (reading g) (writing g)))))))

; A copy will write through an entry.
(define-fun witness () Bool
  (and (exists ((k Hold) (f Frame) (g Gref)) (and (via k g) (copyW k f)))
       (exists ((k Hold) (f Frame) (g Gref)) (and (via k g) (copyR k f)))))
