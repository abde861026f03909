// The codecs of what every service sends or is made of.
#include "runtime/child_spec.hpp"
#include "runtime/scope.hpp"
#include "runtime/transaction.hpp"

TROUPE_CODEC_HERE(troupe::runtime::supervision)
TROUPE_CODEC_HERE(troupe::runtime::child_spec)
TROUPE_CODEC_HERE(troupe::runtime::transaction)
