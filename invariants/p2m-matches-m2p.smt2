; SW1. A frame of the layer's domain lies under exactly the page that Xen's table says, and a page's frame is the domain's. What the kernel
; translates by either table is then the same. Judged outside of the locked section of an exchange, in which the page has no frame at all;
; foreign frames keep their owner's number in Xen's table, and a free frame has none there.
(set-info :says "p2m and m2p agree on each owned frame; pages under exchange and free frames have none.")
(set-info :kind safety)
(set-info :source "Linux arch/x86/xen/mmu_pv.c: xen_remap_exchanged_ptes; Xen memory.c: memory_exchange; page_alloc.c: mark_page_free")

(define-fun invariant () Bool
  (and (forall ((e Dom) (x Gfn) (f Frame))
         (=> (ours e) (not (unsettled x))
             (and (=> (p2m x f) (not (foreignAt x)) (and (owner f e) (m2p f x)))
                  (=> (owner f e) (m2p f x) (p2m x f)))))
       (forall ((x Gfn) (f Frame))
         (and (=> (unsettled x) (not (p2m x f)))
              (=> (free f) (not (m2p f x)))))))

; A page has a frame of its own.
(define-fun witness () Bool
  (exists ((e Dom) (x Gfn) (f Frame)) (and (ours e) (owner f e) (p2m x f) (not (foreignAt x)) (m2p f x))))
