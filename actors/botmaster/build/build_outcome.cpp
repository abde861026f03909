#include "actors/botmaster/build/build_outcome.hpp"

#include <fmt/format.h>

#include "actors/botmaster/build/causes.hpp"
#include "storage/tables/builds.hpp"

namespace troupe::botmaster {

namespace {

using enum end_cause;

std::string results_of(const std::optional<records::result_code>& results) {
  return results ? std::string{names_of(*results)[static_cast<std::size_t>(*results)]}
                 : std::string{"without results"};
}

} // namespace

causes what_became_of(const storage::snapshot& from, const records::build& which, instant now) {
  if (!which.complete_at)
    return {};
  auto self = the_build(from, which.id);
  return {{build_finished,
           fmt::format("build {} ended {} ago: {}", self.name, lasting(now - *which.complete_at),
                       which.state_string),
           self, which.complete_at}};
}

causes what_became_of(const storage::snapshot& from, const records::buildrequest& which,
                      instant now) {
  if (!which.complete)
    return {};
  cause why{request_complete, {}, the_request(which.id), which.complete_at};
  auto ago = which.complete_at ? lasting(now - *which.complete_at) + " ago" : std::string{};
  auto builds = storage::builds_of_request(from, which.id);
  if (which.collapsed_into) {
    why.code = code_of(request_collapsed);
    why.by = the_request(which.collapsed_into);
    why.message =
        fmt::format("request {} was collapsed {} into request {}, which asked for the same",
                    why.subject.name, ago, why.by.name);
  } else if (!builds.empty()) {
    why.by = the_build(from, builds.back().id);
    why.message = fmt::format("request {} was completed {} by build {}: {}", why.subject.name, ago,
                              why.by.name, results_of(which.results));
  } else if (which.results == records::result_code::cancelled) {
    why.code = code_of(request_cancelled);
    why.message = fmt::format("request {} was {} {}", why.subject.name,
                              which.cancel_reason.empty() ? "cancelled" : which.cancel_reason, ago);
  } else {
    why.message = fmt::format("request {} was completed {}: {}", why.subject.name, ago,
                              results_of(which.results));
  }
  return {std::move(why)};
}

} // namespace troupe::botmaster
