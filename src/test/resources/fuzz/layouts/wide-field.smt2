(define-sort W () (_ BitVec 64))
(define-fun aperture-base.BASE ((e W)) (_ BitVec 9223372036854775807) ((_ extract 14 0) e))
