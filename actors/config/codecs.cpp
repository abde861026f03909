// The codecs of the model.
#include "actors/config/model.hpp"

TROUPE_CODEC_HERE(troupe::model::condition)
TROUPE_CODEC_HERE(troupe::model::change_filter)
TROUPE_CODEC_HERE(troupe::model::pb_protocol)
TROUPE_CODEC_HERE(troupe::model::worker)
TROUPE_CODEC_HERE(troupe::model::change_source)
TROUPE_CODEC_HERE(troupe::model::codebase)
TROUPE_CODEC_HERE(troupe::model::scheduler)
TROUPE_CODEC_HERE(troupe::model::step)
TROUPE_CODEC_HERE(troupe::model::factory)
TROUPE_CODEC_HERE(troupe::model::builder)
TROUPE_CODEC_HERE(troupe::model::lock)
