// All entities of the read side. Their names and fields are REST's.
#pragma once

#include "actors/data/entity.hpp"

namespace troupe::data {

const entity& builders();
const entity& builds();
const entity& buildrequests();
const entity& buildsets();
const entity& changes();
const entity& changesources();
const entity& logs();
const entity& masters();
const entity& patches();
const entity& schedulers();
const entity& sourcestamps();
const entity& steps();
const entity& workers();
// of the shell alone
const entity& reconfigurations();
const entity& acts();

const std::vector<const entity*>& all_entities();

} // namespace troupe::data
