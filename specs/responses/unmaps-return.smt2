; Three stages: entries that lead to the frame, each of which is emptied; debts for the frame's pages, each of which is paid (debts-are-paid);
; then nothing is in the way of the return. Other unmaps go on in the meantime. What they may not do is named by without; each of these
; exclusions is needed (moat prove --audit), and without one an unmap can be kept waiting for ever (--inject unmaps-return.without.owe).
(set-info :says "Every unmap returns.")
(set-info :source "Xen common/grant_table.c, unmap_common: the IOMMU is flushed before the pins are dropped")
(set-info :fair "software empties each entry that leads to the frame, has each debt paid, then returns; hardware goes on; tokens cover every page")
(set-info :rely "nobody sets an entry to the frame, finds it a page, takes a tag for it, owes more, weakens its pages' other entries, or gives up")
(define-fun tokens () Bool (forall ((u Unit) (t Tag) (p Page)) (exists ((i Inv)) (covers i u t p))))
(define-fun begun ((k Hold) (e Dom) (f Frame)) Bool (and (closing k) (hold k e f) tokens))
(define-fun waiting ((k Hold) (e Dom) (f Frame)) Bool (begun k e f))
(define-fun answered ((k Hold) (e Dom) (f Frame)) Bool (not (closing k)))

; A page of the frame whose entry leads elsewhere, or nowhere.
(define-fun aside ((e Dom) (f Frame) (s Space) (p Page)) Bool
  (and (for s e) (names e p f) (not (mapR s p f)) (not (mapW s p f))))
(define-fun without.set-entry ((k Hold) (e Dom) (f Frame) (s Space) (p Page) (g Frame) (d Dom)) Bool (and (= g f) (= d e)))
(define-fun without.set-entry-ro ((k Hold) (e Dom) (f Frame) (s Space) (p Page) (g Frame) (d Dom)) Bool
  (and (= g f) (= d e)))
(define-fun without.set-entry-wo ((k Hold) (e Dom) (f Frame) (s Space) (p Page) (g Frame) (d Dom)) Bool
  (and (= g f) (= d e)))
(define-fun without.name ((k Hold) (e Dom) (f Frame) (d Dom) (p Page) (g Frame)) Bool (and (= g f) (= d e)))
(define-fun without.take-tag ((k Hold) (e Dom) (f Frame) (u Unit) (t Tag) (s Space)) Bool (for s e))
(define-fun without.clear-entry ((k Hold) (e Dom) (f Frame) (s Space) (p Page)) Bool (aside e f s p))
(define-fun without.clear-entry-ro ((k Hold) (e Dom) (f Frame) (s Space) (p Page)) Bool (aside e f s p))
(define-fun without.demote-entry ((k Hold) (e Dom) (f Frame) (s Space) (p Page)) Bool (aside e f s p))
(define-fun without.owe ((k Hold) (e Dom) (f Frame) (u Unit) (t Tag) (p Page)) Bool (names e p f))
(define-fun without.owe-write ((k Hold) (e Dom) (f Frame) (u Unit) (t Tag) (p Page)) Bool (names e p f))
(define-fun without.give-up ((k Hold) (e Dom) (f Frame) (j Inv)) Bool true)

(define-fun entries.stage ((k Hold) (e Dom) (f Frame)) Bool (begun k e f))
(define-fun entries.left ((k Hold) (e Dom) (f Frame) (s Space) (p Page)) Bool
  (and (for s e) (names e p f) (or (mapR s p f) (mapW s p f))))
(define-fun entries.takes.clear-entry ((k Hold) (e Dom) (f Frame) (s Space) (p Page) (r Space) (q Page)) Bool
  (and (= r s) (= q p)))
(define-fun debts.stage ((k Hold) (e Dom) (f Frame)) Bool (and (begun k e f) (unmappedR e f) (unmappedW e f)))
(define-fun debts.left ((k Hold) (e Dom) (f Frame) (s Space) (u Unit) (t Tag) (p Page)) Bool
  (and (for s e) (names e p f) (stands u t s) (or (dirty u t p) (dirtyW u t p))))
(define-fun debts.awaits.debts-are-paid
    ((k Hold) (e Dom) (f Frame) (s Space) (u Unit) (t Tag) (p Page) (v Unit) (x Tag) (q Page) (i Inv)) Bool
  (and (= v u) (= x t) (= q p) (covers i u t p)))
(define-fun paid.stage ((k Hold) (e Dom) (f Frame)) Bool
  (and (begun k e f) (unmappedR e f) (unmappedW e f) (settled e f) (settledW e f)))
(define-fun paid.takes.end-hold ((k Hold) (e Dom) (f Frame) (j Hold) (d Dom) (g Frame)) Bool
  (and (= j k) (= d e) (= g f)))
