; Where somebody has a grant table no mapping comes from anywhere else: a hypervisor that maps for a guest says by which entry. What the entry
; has to offer is holds-granted's.
(set-info :says "Where there are grant entries, every unfinished mapping came from one.")
(set-info :kind safety)
(set-info :source "Xen grant tables: a frame of another domain is mapped by a grant reference, and by nothing else")

(define-fun invariant () Bool
  (forall ((k Hold) (e Dom) (f Frame))
    (=> (hold k e f) (or (opening k) (live k) (closing k))
        (or (exists ((g Gref)) (by k g))
            (forall ((g Gref) (d Dom)) (not (tableOf g d)))))))

; A mapping in use, of one domain's frame by another.
(define-fun witness () Bool
  (exists ((k Hold) (g Gref) (e Dom) (d Dom) (f Frame)) (and (hold k e f) (live k) (by k g) (owner f d) (not (= d e)))))
