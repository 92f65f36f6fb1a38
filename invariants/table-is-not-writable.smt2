; A page table of a CPU gives rights to memory, so a device that writes one has all of memory. It is not written by its owner's
; devices, nor by those of a domain that maps it by a grant, nor through what is left of either in a cache. Reading it through a
; read-only grant is allowed (no-foreign judges by whom).
(set-info :says "No device can write a page table's frame through tables, caches or walks in flight.")
(set-info :kind safety)
(set-info :source "Xen: page types, PGT_writable_page and page tables exclude each other; XSA-288, XSA-401")

(define-fun invariant () Bool
  (forall ((f Frame))
    (=> (table f)
        (forall ((p Page))
          (and (forall ((s Space)) (not (mapW s p f)))
               (forall ((u Unit) (t Tag))
                 (and (not (mayW u t p f))
                      (forall ((q Req)) (not (flyW u q t p f))))))))))

; A page table is mapped for reading by a grant.
(define-fun witness () Bool
  (exists ((f Frame) (s Space) (p Page)) (and (table f) (mapR s p f))))
