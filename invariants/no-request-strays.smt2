; Frames are what the model knows of memory. A request that ends anywhere else ends in a page of I/O tables, or where no software
; meant it to: an entry that names a table as a page, an address beyond the width that the tables decode, pass-through. Whoever has
; the device, or nobody. The scratch page of a device in quarantine is not elsewhere.
(set-info :says "No request of a device, new or in flight, ends outside the frames, for example in an I/O table page.")
(set-info :kind safety)
(set-info :source "Intel VT-d specification, chapter 3: address widths and table depth; Xen: pages of I/O tables are Xen's own")

(define-fun invariant () Bool
  (forall ((q Req) (p Page)) (and (not (strayR q p)) (not (strayW q p)))))

; A request gets a frame, so there is something to tell the two apart by.
(define-fun witness () Bool
  (exists ((q Req) (p Page) (f Frame)) (getsR q p f)))
