// The codecs of the records.
#include "storage/records/build.hpp"
#include "storage/records/builder.hpp"
#include "storage/records/buildset.hpp"
#include "storage/records/change.hpp"
#include "storage/records/property.hpp"
#include "storage/records/scheduler.hpp"
#include "storage/records/sourcestamp.hpp"
#include "storage/records/state.hpp"

TROUPE_CODEC_HERE(troupe::records::build)
TROUPE_CODEC_HERE(troupe::records::step)
TROUPE_CODEC_HERE(troupe::records::log)
TROUPE_CODEC_HERE(troupe::records::builder)
TROUPE_CODEC_HERE(troupe::records::worker)
TROUPE_CODEC_HERE(troupe::records::master)
TROUPE_CODEC_HERE(troupe::records::user)
TROUPE_CODEC_HERE(troupe::records::buildset)
TROUPE_CODEC_HERE(troupe::records::buildrequest)
TROUPE_CODEC_HERE(troupe::records::change)
TROUPE_CODEC_HERE(troupe::records::property)
TROUPE_CODEC_HERE(troupe::records::scheduler)
TROUPE_CODEC_HERE(troupe::records::scheduler_change)
TROUPE_CODEC_HERE(troupe::records::patch)
TROUPE_CODEC_HERE(troupe::records::sourcestamp)
TROUPE_CODEC_HERE(troupe::records::object_state)
TROUPE_CODEC_HERE(troupe::records::service_state)
TROUPE_CODEC_HERE(troupe::records::meta)
