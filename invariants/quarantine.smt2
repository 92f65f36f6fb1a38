; A device that nobody has, or that somebody else has, finds no way into a domain: its device entry leads to a domain's
; tables, in memory or as cached, only while the domain has the device. no-foreign asks nothing of a device that nobody
; has. While a device is being moved it is in nobody's hands, and the entry leads to one of the two. A requester is a
; source-id: a device behind a bridge has several, and each is judged. Where quarantine is a scratch page, an entry leads to no
; other device's, through which the two could exchange data, and the tables of scratch pages lead to no frame of anybody.
(set-info :says "A device entry, in memory or cached, leads only to its owner's tables or to its own scratch page.")
(set-info :kind safety)
(set-info :source "XSA-302 and XSA-306: a device that is taken away reaches nothing; XSA-449: every requester ID of it; XSA-400: a scratch page each")

(define-fun invariant () Bool
  (and
    (forall ((u Unit) (q Req) (s Space) (t Tag) (e Dom))
      (=> (or (ent u q s t) (cent u q s t)) (for s e) (or (assigned q e) (moving q))))
    (forall ((u Unit) (q Req) (r Req) (s Space) (t Tag))
      (=> (or (ent u q s t) (cent u q s t)) (scratch s r) (scratch s q)))
    (forall ((q Req) (s Space) (p Page) (f Frame))
      (=> (scratch s q) (and (not (mapR s p f)) (not (mapW s p f)))))))

; A device that a domain has is led to its tables.
(define-fun witness () Bool
  (exists ((u Unit) (q Req) (s Space) (t Tag) (e Dom)) (and (ent u q s t) (for s e) (assigned q e))))
