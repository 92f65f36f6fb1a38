; One subtraction drops the pins of both sides of a mapping.
(set-info :says "8-bit counters: dropping pins that are held takes one from each counter meant, and from no other.")
(set-info :status unsat)
(set-logic QF_BV)
(declare-const pins (_ BitVec 32))   ; hstw, hstr, devw, devr from the lowest byte up
(declare-const units (_ BitVec 32))  ; one for each counter that drops a pin
(define-fun count ((word (_ BitVec 32)) (kind (_ BitVec 32))) (_ BitVec 32)
  (bvand (bvlshr word (bvshl kind (_ bv3 32))) (_ bv255 32)))
(define-fun right ((kind (_ BitVec 32))) Bool
  (= (count (bvsub pins units) kind) (bvsub (count pins kind) (count units kind))))
(assert (bvule (count units (_ bv0 32)) (_ bv1 32)))
(assert (bvule (count units (_ bv1 32)) (_ bv1 32)))
(assert (bvule (count units (_ bv2 32)) (_ bv1 32)))
(assert (bvule (count units (_ bv3 32)) (_ bv1 32)))
; The guard: no counter that drops a pin is 0.
(assert (=> (= (count units (_ bv0 32)) (_ bv1 32)) (not (= (count pins (_ bv0 32)) (_ bv0 32)))))
(assert (=> (= (count units (_ bv1 32)) (_ bv1 32)) (not (= (count pins (_ bv1 32)) (_ bv0 32)))))
(assert (=> (= (count units (_ bv2 32)) (_ bv1 32)) (not (= (count pins (_ bv2 32)) (_ bv0 32)))))
(assert (=> (= (count units (_ bv3 32)) (_ bv1 32)) (not (= (count pins (_ bv3 32)) (_ bv0 32)))))
(assert (not (and (right (_ bv0 32)) (right (_ bv1 32)) (right (_ bv2 32)) (right (_ bv3 32)))))
