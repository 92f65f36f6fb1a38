; A mapping refers to its frame once for each of its sides, from the moment at which it can no longer be refused until its
; pins are dropped. A reference too few frees a frame under a mapping; one too many keeps it for ever. Error paths break
; this: what they release must be what was acquired so far.
(set-info :says "A frame's references are its owner's and one per side of each unfinished mapping.")
(set-info :kind safety)
(set-info :source "Xen grant_table.c: get_page and put_page of map and unmap; XSA-224, XSA-291")

(define-fun invariant () Bool
  (forall ((f Frame) (n Nat))
    (= (refs f n) (or (ownRef f n) (exists ((k Hold)) (refUnit k f n))))))

; A frame is referred to.
(define-fun witness () Bool
  (exists ((f Frame) (n Nat)) (refs f n)))
