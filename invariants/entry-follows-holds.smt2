; The I/O tables and the mappings say the same of every foreign frame. Only: an entry there is the frame's own, with no more rights
; than the mappings whose map has entered theirs and whose unmap has not yet taken them out give together; so the entry goes with
; the last of them, at once, whether a device is assigned or not, and a map that fails leaves none. If: whatever such a mapping
; allows is entered, from the map's own upkeep on, before the caller can use it, until an unmap begins; another CPU may take the
; rights of a mapping that is being unmapped away before its own unmap does. For the rule of Xen 4.17 (upkeep-rule=mapkind,
; read-only grants entered as read-only).
(set-info :says "A domain's entry for a foreign frame has exactly the rights of its unfinished mappings whose upkeep has run.")
(set-info :kind safety)
(set-info :source "Xen grant_table.c: mapkind decides under the mapper's lock; xen-devel 2008, VT-d support for PV guests (V2)")

(define-fun invariant () Bool
  (forall ((e Dom) (s Space) (p Page) (f Frame))
    (=> (for s e) (not (owner f e))
        (and (=> (mapR s p f) (and (names e p f) (exists ((k Hold)) (and (hold k e f) (entered k)))))
             (=> (mapW s p f) (exists ((k Hold)) (and (hold k e f) (holdW k) (entered k))))
             (=> (names e p f)
                 (forall ((k Hold))
                   (=> (hold k e f) (entered k) (not (closing k))
                       (and (mapR s p f) (=> (holdW k) (mapW s p f))))))))))

; A domain's tables hold a foreign frame.
(define-fun witness () Bool
  (exists ((e Dom) (s Space) (p Page) (f Frame) (k Hold))
    (and (for s e) (not (owner f e)) (hold k e f) (entered k) (mapR s p f))))
