#include "actors/botmaster/build/build_state.hpp"

#include <fmt/format.h>

namespace troupe::botmaster {

void build_state::finish_preparation(std::string message, records::result_code with,
                                     const handling& at) {
  if (preparation.complete_at)
    return;
  preparation.state_string = std::move(message);
  preparation.results = with;
  preparation.complete_at = at.now;
  at.out.change(changed_record::preparation);
  at.announce(fmt::format("steps/{}/finished", preparation.id.value), to_json(preparation));
}

} // namespace troupe::botmaster
