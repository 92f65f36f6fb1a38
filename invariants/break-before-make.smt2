; What changes in a shadow goes through nothing: the old entry is cleared, the physical unit has forgotten it, and only then is the new one
; there. Stored first, the new one is used while the old one is still cached, and a device gets one or the other at the same page, by turns,
; whatever order it makes its requests in. Within one guest that lets nobody at another's memory: no other invariant forbids it.
; Of shadows alone: what a unit caches of both levels of nested translation, or has in flight between them, no term here reads.
(set-info :says "A cached or in-flight translation of a shadow's page equals the shadow's entry, if there is one.")
(set-info :kind safety)
(set-info :source "QEMU vtd_sync_shadow_page_table: a changed leaf is unmapped, then mapped")

(define-fun invariant () Bool
  (forall ((u Unit) (q Req) (s Space) (t Tag) (p Page) (g Frame))
    (=> (shadows q) (ent u q s t) (or (mapR s p g) (mapW s p g))
        (forall ((f Frame))
          (and (=> (mayR u t p f) (mapR s p f))
               (=> (mayW u t p f) (mapW s p f))
               (=> (flyR u q t p f) (mapR s p f))
               (=> (flyW u q t p f) (mapW s p f)))))))

; A shadow gives something, and that is cached.
(define-fun witness () Bool
  (exists ((u Unit) (q Req) (s Space) (t Tag) (p Page) (f Frame))
    (and (shadows q) (ent u q s t) (mapR s p f) (mayR u t p f))))
