// The asking end of the shell's protocol, over plain blocking sockets.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/json.hpp"

namespace troupe::tool {

class shell_client {
public:
  /// To the master that runs in `folder`; the words of a failure are for its user.
  static result<shell_client> connect(const std::string& folder);
  ~shell_client();
  shell_client(shell_client&& other) noexcept;
  shell_client& operator=(shell_client&& other) noexcept;

  /// Hears each part of an answer; false: no more of it is wanted.
  using listener = std::function<bool(const json& content)>;

  /// Asks and hears every part; back when the answer is complete. A failure has the master's code.
  /// `interrupted`, if given, is looked at after signals.
  result<void> ask(std::string_view command, const std::vector<std::string>& args,
                   const listener& hear, const std::function<bool()>& interrupted = {});
  /// For answers in one part.
  result<json> ask(std::string_view command, const std::vector<std::string>& args);

private:
  explicit shell_client(int socket) : socket_{socket} {}
  result<void> send(std::string_view command, std::int64_t id,
                    const std::vector<std::string>& args);
  result<json> read_answer(const std::function<bool()>& interrupted);

  int socket_ = -1;
  std::int64_t last_id_ = 0;
  std::string incoming_;
};

} // namespace troupe::tool
