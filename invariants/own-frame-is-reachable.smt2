; Nothing is lost of what a domain owns: its tables let its devices reach each of its frames for reading and writing, but for
; frames in a use that no device may touch. The entry does not follow the guest's own mappings of the frame: it stays while
; the frame is mapped read-only or not at all, and while the frame, already given up, is mapped by others. What is being
; changed by a running operation, or is its dying owner's, is exempt.
(set-info :says "A domain's devices reach every frame it owns, for reading and writing, except its page tables.")
(set-info :kind completeness)
(set-info :source "Xen 4.17 get_page_type: an I/O entry while the type is writable, also at count 0 (XSA-288)")

(define-fun invariant () Bool
  (forall ((f Frame) (e Dom) (s Space) (p Page))
    (=> (owner f e) (not (notdma f)) (not (settling f)) (for s e) (names e p f)
        (and (mapR s p f) (mapW s p f)))))

(define-fun witness () Bool
  (exists ((f Frame) (e Dom) (s Space) (p Page))
    (and (owner f e) (not (notdma f)) (not (settling f)) (for s e) (names e p f))))
