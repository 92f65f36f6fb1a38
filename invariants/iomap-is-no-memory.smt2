; SW14. An entry with _PAGE_IOMAP has a machine frame's number, which is not translated. Without the flag the number would be taken for
; a page's, and the driver's registers would be some memory.
(set-info :says "An entry for device memory leads to no domain's memory and to no free frame.")
(set-info :kind safety)
(set-info :source "Linux be43d72835ba: xen: use _PAGE_IOMAP in ioremap to do machine mappings")

(define-fun invariant () Bool
  (forall ((d Dom) (f Frame)) (=> (iomap d f) (and (not (free f)) (forall ((e Dom)) (not (owner f e)))))))

; Device memory is mapped.
(define-fun witness () Bool
  (exists ((d Dom) (f Frame)) (iomap d f)))
