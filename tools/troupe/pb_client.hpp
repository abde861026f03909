// A client of a PB master over a plain blocking socket.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/wire/pb_broker.hpp"

namespace troupe::tool {

class pb_client {
public:
  /// `where` is HOST:PORT.
  static result<pb_client> connect(const std::string& where);
  ~pb_client();
  pb_client(pb_client&& other) noexcept;
  pb_client& operator=(pb_client&&) = delete;

  /// The perspective's id.
  result<std::int64_t> login(const std::string& user, const std::string& password);
  /// Calls and waits for the answer; the words of a failure are for people.
  result<wire::jelly> call(std::int64_t object, std::string_view method,
                           std::vector<wire::jelly> args);

private:
  explicit pb_client(int socket);
  result<void> write(const bytes& out);
  result<std::vector<wire::broker_event>> read();

  int socket_ = -1;
  wire::pb_broker broker_;
};

} // namespace troupe::tool
