; Words of the family served.
(declare-fun refusing (Unit) Bool)                ; what it has cached can refuse what the tables allow by now: caching mode, NpCache; never changes
(declare-fun refusesR (Unit Tag Page) Bool)       ; something cached refuses a read of the page: that there was nothing
(declare-fun refusesW (Unit Tag Page) Bool)       ; or a write: also that there was something to be read only
(declare-fun flyNoR (Unit Req Tag Page) Bool)     ; a walk in flight has found nothing to be read
(declare-fun flyNoW (Unit Req Tag Page) Bool)     ; or nothing to be written
(declare-fun refusesQ (Unit Req) Bool)            ; cached: that the device has no entry
