; Who has a grant entry pinned was named in it, and nobody writes through an entry that was read-only when its first writer was
; pinned. The entry cannot be changed while it is in use, so it still says what it said then; unless the granter stored to
; it all the same, which only harms the granter: pinned values stay authoritative; or, in version 2, took its offer back first
; and waits for the status word.
(set-info :says "A mapping uses the frame and domain that its entry names, and writes only if the entry allows it.")
(set-info :kind safety)
(set-info :source "Xen grant_table.c: map_grant_ref, checks of domid, readonly flag and pins")

(define-fun invariant () Bool
  (forall ((g Gref) (k Hold) (x Pin) (n Nat))
    (=> (not (stored g)) (not (withdrawn g)) (unit k g x n)
        (and (=> (isWriter x) (offerW g))
             (forall ((e Dom) (f Frame)) (=> (hold k e f) (offer g e f)))))))

; An entry that its granter left alone is mapped for writing.
(define-fun witness () Bool
  (exists ((g Gref) (k Hold) (x Pin) (n Nat)) (and (not (stored g)) (unit k g x n) (isWriter x))))
