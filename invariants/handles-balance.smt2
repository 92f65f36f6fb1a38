; A handle is in exactly one place: in the free list, or active, or with an operation that has taken it and not published it
; yet, or not put it back yet. A handle that is lost on an error path is lost for ever; one that is put back twice names two
; mappings.
(set-info :says "A handle is out of the free list exactly while it is active or an operation has it.")
(set-info :kind safety)
(set-info :source "Xen grant_table.c: get_maptrack_handle, put_maptrack_handle; XSA-218, XSA-228")

(define-fun invariant () Bool
  (forall ((k Hold)) (= (taken k) (or (live k) (claimed k)))))

(define-fun witness () Bool
  (exists ((k Hold)) (taken k)))
