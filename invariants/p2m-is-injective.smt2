; SW2. Two pages with one frame would be one page with two names: what is written to the one changes the other.
(set-info :says "No two pages of the domain have the same frame.")
(set-info :kind safety)
(set-info :source "Linux arch/x86/xen/p2m.c")

(define-fun invariant () Bool
  (forall ((x Gfn) (y Gfn) (f Frame)) (=> (p2m x f) (p2m y f) (= x y))))

; Two pages have frames.
(define-fun witness () Bool
  (exists ((x Gfn) (y Gfn) (f Frame) (g Frame)) (and (p2m x f) (p2m y g) (not (= x y)))))
