#include "tools/peers/response.hpp"

namespace troupe::peers {

using wire::jelly;

std::vector<jelly> update_of(std::string key, jelly value) {
  auto what = jelly::dictionary();
  what.add(std::move(key), std::move(value));
  return {jelly::list({jelly::list({std::move(what), jelly::integer(0)})})};
}

void response::call(std::string_view method, std::vector<jelly> args) {
  connection_->call(command_.object, method, std::move(args), "update");
}

void response::update(std::string key, jelly value) {
  call("update", update_of(std::move(key), std::move(value)));
}

void response::complete(jelly failure) {
  connection_->call(command_.object, "complete", {std::move(failure)},
                    "complete:" + std::to_string(command_.object));
}

bool response::call_transfer(std::string_view method, std::vector<jelly> args) {
  return connection_->call(command_.transfer, method, std::move(args), "transfer:" + id_);
}

} // namespace troupe::peers
