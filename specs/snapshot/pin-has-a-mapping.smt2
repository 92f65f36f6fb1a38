; A pin that no mapping explains keeps the granter from ever getting its page back.
(set-info :says "A domain has no more pins than its maptrack table can hold mappings.")
(set-info :kind safety)
(set-info :source "Xen grant_table.c: a mapping has an entry of the maptrack table, and one pin for the host and one for devices")

(define-fun invariant () Bool
  (forall ((k Hold) (e Dom) (f Frame)) (=> (hold k e f) (hasRoom e))))

(define-fun witness () Bool
  (exists ((k Hold) (e Dom) (f Frame)) (and (hold k e f) (hasRoom e))))
