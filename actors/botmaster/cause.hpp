// What causes (runtime/observation/cause.hpp) are about in a build master, and how it is named.
#pragma once

#include <functional>
#include <string>

#include "runtime/observation/cause.hpp"
#include "storage/records/ids.hpp"
#include "storage/snapshot.hpp"

namespace troupe::botmaster {

using runtime::cause;
using runtime::causes;
using runtime::code_of;
using runtime::lasting;
using runtime::listed;
using runtime::query;
using runtime::thing;

/// The kinds of things.
namespace thing_kind {
inline constexpr const char* master = "master";
inline constexpr const char* builder = "builder";
inline constexpr const char* worker = "worker";
inline constexpr const char* build = "build";
inline constexpr const char* request = "request";
inline constexpr const char* buildset = "buildset";
inline constexpr const char* lock = "lock";
inline constexpr const char* step = "step";
inline constexpr const char* timer = "timer";
inline constexpr const char* change = "change";
inline constexpr const char* scheduler = "scheduler";
inline constexpr const char* service = "service";
} // namespace thing_kind

inline thing the_worker(std::string name) {
  return {thing_kind::worker, std::move(name), 0};
}
inline thing the_builder(std::string name) {
  return {thing_kind::builder, std::move(name), 0};
}
inline thing the_service(std::string_view path) {
  return {thing_kind::service, std::string{path}, 0};
}
thing the_request(buildrequest_id which);
/// "linux/7", from the store; while the build is not there, the name of its builder.
thing the_build(const storage::snapshot& from, build_id which, std::string builder = {});
using build_namer = std::function<thing(build_id which, const std::string& builder)>;

} // namespace troupe::botmaster
