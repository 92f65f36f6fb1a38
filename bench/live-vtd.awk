# Puts what Xen had invalidated into the rows of live-xen.sh: awk -f live-vtd.awk TRACE LINES
# TRACE is QEMU's, in which domain 0 marks where an operation begins and ends by writing a byte of e0's configuration;
# LINES is what domain 0 printed: rows with @ in the column inv, in the same order, and the frames that names stand for.

function hex(digits, value, i) {
  value = 0
  for (i = 1; i <= length(digits); i++) value = 16 * value + index("0123456789abcdef", substr(digits, i, 1)) - 1
  return value
}

# 0x123 as 16 digits.
function padded(word) { return substr("0000000000000000" substr(word, 3), length(word) - 1) }

# The page that 16 digits address, and the mask in their last six bits.
function page(digits, name) {
  name = substr(digits, 1, 13)
  sub(/^0+/, "", name)
  return "<" name "> am=" hex(substr(digits, 15)) % 64
}

function note(text) { asked[operations] = asked[operations] (asked[operations] == "" ? "" : " ") text }

# A descriptor of the queue: type in the last digit, granularity in the two bits before, then DID and source-id.
function descriptor(high, low, type, granularity, did) {
  type = substr(low, 16)
  granularity = hex(substr(low, 15, 1)) % 4
  did = "did=" hex(substr(low, 9, 4))
  # An interrupt's entry changes when Xen likes, and has nothing to do with the operation: neither it nor its wait is shown.
  if (type == 4) { interrupt = 1; return }
  if (type == 5 && interrupt) { interrupt = 0; return }
  interrupt = 0
  if (type == 5) note("WAIT")
  else if (type == 2 && granularity == 3) note("IOTLB-PAGE(" did " " page(high) ")")
  else if (type == 2 && granularity == 2) note("IOTLB-DOMAIN(" did ")")
  else if (type == 1 && granularity == 3)
    note("CTX-DEVICE(" did " sid=" source(substr(low, 5, 4)) " fm=" hex(substr(low, 4, 1)) % 4 ")")
  else note("OTHER-" type "-" granularity)
}

function source(digits) { sub(/^0+/, "", digits); return digits }

# CCMD and IOTLB_REG: what is asked for is in the first digit.
function context_command(value, granularity) {
  granularity = int(hex(substr(value, 1, 1)) / 2) % 4
  if (granularity == 3)
    note("REG-CTX-DEVICE(did=" hex(substr(value, 13)) " sid=" source(substr(value, 9, 4)) " fm=" hex(substr(value, 8, 1)) % 4 ")")
  else note("REG-CTX-OTHER")
}

function iotlb_command(value, granularity, did) {
  granularity = hex(substr(value, 1, 1)) % 4
  did = "did=" hex(substr(value, 5, 4))
  if (granularity == 3) note("REG-IOTLB-PAGE(" did " " page(range) ")")
  else if (granularity == 2) note("REG-IOTLB-DOMAIN(" did ")")
  else note("REG-IOTLB-OTHER")
}

# The same descriptors with the names of their pages.
function named(text, out, digits) {
  out = ""
  while (match(text, /<[0-9a-f]*>/)) {
    digits = substr(text, RSTART + 1, RLENGTH - 2)
    out = out substr(text, 1, RSTART - 1) (digits in name ? name[digits] : "?")
    text = substr(text, RSTART + RLENGTH)
  }
  return out text
}

FNR == NR {
  if (/00:04\.0 @0x3c <- 0x1$/) { operations++; inside = 1 }
  else if (/00:04\.0 @0x3c <- 0x0$/) inside = 0
  else if (!inside) next
  else if ($1 == "vtd_inv_desc") descriptor(padded($7), padded($9))
  else if ($1 == "vtd_reg_write" && $3 == "0x28") context_command(padded($7))
  else if ($1 == "vtd_reg_write" && $3 == "0xf0") range = padded($7)
  else if ($1 == "vtd_reg_write" && $3 == "0xf8") iotlb_command(padded($7))
  next
}

/^live: frame / { name[$4] = $3; next }
/^live: left out/ { rows++; next }
/^live: |^qemu-system/ { next }
/,@,$/ { rows++; sub(/@,$/, named(asked[rows]) ",") }
{ print }
