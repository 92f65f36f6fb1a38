; One addition takes the pins of both sides of a mapping; the counters are bytes of one word.
(set-info :says "8-bit counters: taking pins below the limit adds one to each counter meant, and to no other.")
(set-info :status unsat)
(set-logic QF_BV)
(declare-const pins (_ BitVec 32))   ; hstw, hstr, devw, devr from the lowest byte up
(declare-const units (_ BitVec 32))  ; one for each counter that takes a pin
(define-fun count ((word (_ BitVec 32)) (kind (_ BitVec 32))) (_ BitVec 32)
  (bvand (bvlshr word (bvshl kind (_ bv3 32))) (_ bv255 32)))
(define-fun right ((kind (_ BitVec 32))) Bool
  (= (count (bvadd pins units) kind) (bvadd (count pins kind) (count units kind))))
(assert (bvule (count units (_ bv0 32)) (_ bv1 32)))
(assert (bvule (count units (_ bv1 32)) (_ bv1 32)))
(assert (bvule (count units (_ bv2 32)) (_ bv1 32)))
(assert (bvule (count units (_ bv3 32)) (_ bv1 32)))
; The guard: no counter that takes a pin has reached 128, its limit.
(assert (=> (= (count units (_ bv0 32)) (_ bv1 32)) (bvult (count pins (_ bv0 32)) (_ bv128 32))))
(assert (=> (= (count units (_ bv1 32)) (_ bv1 32)) (bvult (count pins (_ bv1 32)) (_ bv128 32))))
(assert (=> (= (count units (_ bv2 32)) (_ bv1 32)) (bvult (count pins (_ bv2 32)) (_ bv128 32))))
(assert (=> (= (count units (_ bv3 32)) (_ bv1 32)) (bvult (count pins (_ bv3 32)) (_ bv128 32))))
{(assert (not (and (right (_ bv0 32)) (right (_ bv1 32)) (right (_ bv2 32)) (right (_ bv3 32)))))
