; Words of the family swiotlb. A slot is a frame, a mapping that bounces a hold of one; bouncesPart says that a frame is a slot, othersBytes what is in it.
(declare-fun othersInPart (Frame) Bool)  ; ghost: bytes of former mappings lie in the part that the slot's mapping has, or would have
(declare-fun spoiledBuffer (Hold) Bool)  ; ghost: a copy out of the slot brought bytes of another mapping into this one's buffer
