; When a domain has been destroyed nobody is left who could give anything back. What it still had would be lost, or worse: its frames would
; be reached by devices that it still had, and a domain that comes up under its number would find them.
(set-info :says "A domain that was destroyed owns no frame, has no device, and has no mapping of what others granted.")
(set-info :kind safety)
(set-info :source "Xen 4.17 domain_kill: domain_relinquish_resources takes devices, grants and pages away before the domain is dead")

(define-fun invariant () Bool
  (forall ((e Dom))
    (=> (dead e)
        (and (forall ((f Frame)) (not (owner f e)))
             (forall ((q Req)) (not (assigned q e)))
             (forall ((k Hold) (f Frame)) (not (hold k e f)))))))

; One is dead, and another lives on.
(define-fun witness () Bool
  (exists ((d Dom) (e Dom) (f Frame)) (and (dead d) (owner f e))))
