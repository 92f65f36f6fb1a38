; A frame that is given up goes back to the heap with the last reference. Whoever drops that one has to do it, whatever it is doing
; otherwise; a frame that nobody gives back is lost for ever. One that went back has no owner any more, so that nobody gives it up again.
(set-info :says "A running call returns each given-up frame that nobody refers to; a frame in the heap has no owner.")
(set-info :kind safety)
(set-info :source "Xen page_alloc.c: free_domheap_pages, by put_page of the last reference")

(define-fun invariant () Bool
  (and (forall ((f Frame)) (=> (givenUp f) (goesBack f)))
       (forall ((f Frame) (d Dom)) (=> (free f) (not (owner f d))))))

; A frame went back.
(define-fun witness () Bool
  (exists ((f Frame)) (free f)))
