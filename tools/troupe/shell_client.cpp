#include "tools/troupe/shell_client.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <fmt/format.h>

#include "actors/debug/protocol.hpp"

namespace troupe::tool {

namespace {

constexpr int look_up_every_ms = 100;

const failure interrupted_by_user{errc::refused, "interrupted"};

failure failure_of(const boost::json::object& error) {
  std::string_view name{error.at("code").as_string()};
  auto code = errc::bug;
  for (auto one = errc::invalid; one < errc::bug; one = static_cast<errc>(int(one) + 1))
    if (to_string(one) == name)
      code = one;
  return {code, std::string{error.at("message").as_string()}};
}

} // namespace

// A socket's path has room for 107 bytes; through the folder's descriptor any folder will do.
result<shell_client> shell_client::connect(const std::string& folder) {
  int at = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (at < 0)
    return failure{errc::not_found, fmt::format("{}: {}", folder, std::strerror(errno))};
  auto path = fmt::format("/proc/self/fd/{}/troupe.sock", at);
  sockaddr_un where{};
  where.sun_family = AF_UNIX;
  std::strncpy(where.sun_path, path.c_str(), sizeof where.sun_path - 1);
  int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool ok = socket >= 0
            && ::connect(socket, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
  int why = errno;
  ::close(at);
  if (ok)
    return shell_client{socket};
  if (socket >= 0)
    ::close(socket);
  if (why == ENOENT || why == ECONNREFUSED)
    return failure{errc::unavailable, fmt::format("no master runs in {}", folder)};
  return failure{errc::io, fmt::format("{}/troupe.sock: {}", folder, std::strerror(why))};
}

shell_client::~shell_client() {
  if (socket_ >= 0)
    ::close(socket_);
}

shell_client::shell_client(shell_client&& other) noexcept
  : socket_{std::exchange(other.socket_, -1)}, last_id_{other.last_id_}, incoming_{std::move(
                                                                             other.incoming_)} {}

shell_client& shell_client::operator=(shell_client&& other) noexcept {
  std::swap(socket_, other.socket_);
  std::swap(last_id_, other.last_id_);
  std::swap(incoming_, other.incoming_);
  return *this;
}

result<void> shell_client::send(std::string_view command, std::int64_t id,
                                const std::vector<std::string>& args) {
  debug::shell_request request{debug::protocol_version, id, std::string{command}, args};
  auto line = print(to_json(request)) + "\n";
  for (std::string_view rest = line; !rest.empty();) {
    auto n = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (n < 0 && errno != EINTR)
      return failure{errc::unavailable, "the master has closed the connection"};
    rest.remove_prefix(n > 0 ? static_cast<std::size_t>(n) : 0);
  }
  return {};
}

result<json> shell_client::read_answer(const std::function<bool()>& interrupted) {
  std::size_t searched = 0;
  while (true) {
    if (auto end = incoming_.find('\n', searched); end != std::string::npos) {
      auto answer = parse_json(std::string_view{incoming_}.substr(0, end));
      incoming_.erase(0, end + 1);
      return answer;
    }
    searched = incoming_.size();
    // A Ctrl-C may come just before the wait: it must not be waited out.
    pollfd next{socket_, POLLIN, 0};
    while (interrupted) {
      if (interrupted())
        return interrupted_by_user;
      if (::poll(&next, 1, look_up_every_ms) > 0)
        break;
    }
    char buffer[65536];
    auto n = ::recv(socket_, buffer, sizeof buffer, 0);
    if (n > 0)
      incoming_.append(buffer, static_cast<std::size_t>(n));
    else if (n == 0 || errno != EINTR)
      return failure{errc::unavailable, "the master has closed the connection"};
  }
}

// After an interruption parts of the former answer may still arrive: their ids tell.
result<void> shell_client::ask(std::string_view command, const std::vector<std::string>& args,
                               const listener& hear, const std::function<bool()>& interrupted) {
  auto id = ++last_id_;
  if (auto sent = send(command, id, args); !sent)
    return sent;
  bool ended = false;
  while (true) {
    auto answer = read_answer(interrupted);
    if (!answer) {
      if (answer.error().code == interrupted_by_user.code)
        (void)send("end", id, {});
      return answer.error();
    }
    const auto& parts = answer->as_object();
    auto its_id = parts.at("id").to_number<std::int64_t>();
    if (its_id != id && its_id != 0)
      continue;
    if (!parts.at("ok").as_bool())
      return failure_of(parts.at("error").as_object());
    bool more = parts.at("more").as_bool();
    if (!ended && !hear(parts.at("content"))) {
      ended = true;
      if (more)
        (void)send("end", id, {});
    }
    if (!more)
      return {};
    if (!ended)
      if (auto sent = send("more", id, {}); !sent)
        return sent;
  }
}

result<json> shell_client::ask(std::string_view command, const std::vector<std::string>& args) {
  json whole;
  auto asked = ask(command, args, [&](const json& content) {
    whole = content;
    return true;
  });
  if (!asked)
    return asked.error();
  return whole;
}

} // namespace troupe::tool
