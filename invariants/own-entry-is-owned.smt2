; A guest maps the status frame of its grant table like any frame of its own, and Xen takes the frame away again when the table
; goes back to version 1. A page table entry that outlives that leads into the heap, or to whoever gets the frame next.
(set-info :says "What a domain's page tables map as its status frame is a frame of its own.")
(set-info :kind safety)
(set-info :source "Xen grant_table.c: gnttab_unpopulate_status_frames; XSA-255, XSA-384")

(define-fun invariant () Bool
  (forall ((e Dom) (f Frame)) (=> (ownPte e f) (owner f e))))

; A status frame is mapped.
(define-fun witness () Bool
  (exists ((e Dom) (f Frame)) (ownPte e f)))
