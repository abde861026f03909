#include "tools/troupe/pb_client.hpp"

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

#include "runtime/wire/pb_login.hpp"

namespace troupe::tool {

using wire::jelly;

namespace {

/// Without a byte from the master; it answers a change once that is stored.
constexpr timeval silence_patience{60, 0};

std::string words_of(const wire::pb_error& error) {
  if (error.is_a("twisted.cred.error.UnauthorizedLogin"))
    return "the master refuses this user and password";
  return error.value.empty() ? error.type : error.type + ": " + error.value;
}

} // namespace

pb_client::pb_client(int socket) : socket_{socket}, broker_{wire::pb_broker::connecting()} {}

pb_client::~pb_client() {
  if (socket_ >= 0)
    ::close(socket_);
}

pb_client::pb_client(pb_client&& other) noexcept
  : socket_{std::exchange(other.socket_, -1)}, broker_{std::move(other.broker_)} {}

result<pb_client> pb_client::connect(const std::string& where) {
  auto colon = where.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == where.size())
    return failure{errc::invalid, fmt::format("{}: HOST:PORT expected", where)};
  auto host = where.substr(0, colon), port = where.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  if (int bad = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); bad != 0)
    return failure{errc::not_found, fmt::format("{}: {}", where, ::gai_strerror(bad))};
  std::unique_ptr<addrinfo, void (*)(addrinfo*)> all{found, ::freeaddrinfo};
  std::string why;
  for (auto* one = found; one; one = one->ai_next) {
    int socket = ::socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol);
    if (socket >= 0 && ::connect(socket, one->ai_addr, one->ai_addrlen) == 0) {
      ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &silence_patience, sizeof silence_patience);
      ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &silence_patience, sizeof silence_patience);
      return pb_client{socket};
    }
    why = std::strerror(errno);
    if (socket >= 0)
      ::close(socket);
  }
  return failure{errc::unavailable, fmt::format("{}: {}", where, why)};
}

result<void> pb_client::write(const bytes& out) {
  for (std::string_view rest = out; !rest.empty();) {
    auto n = ::send(socket_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (n < 0 && errno != EINTR)
      return failure{errc::unavailable, fmt::format("sending: {}", std::strerror(errno))};
    rest.remove_prefix(n > 0 ? static_cast<std::size_t>(n) : 0);
  }
  return {};
}

result<std::vector<wire::broker_event>> pb_client::read() {
  char buffer[65536];
  ssize_t n = 0;
  do
    n = ::recv(socket_, buffer, sizeof buffer, 0);
  while (n < 0 && errno == EINTR);
  if (n == 0)
    return failure{errc::unavailable, "the master has closed the connection"};
  if (n < 0)
    return failure{errc::timeout,
                   errno == EAGAIN ? "the master does not answer" : std::strerror(errno)};
  bytes out;
  auto events = broker_.take({buffer, static_cast<std::size_t>(n)}, out);
  if (auto sent = write(out); !sent)
    return sent.error();
  for (const auto& one : events)
    if (auto* broken = std::get_if<wire::broker_broken>(&one))
      return failure{errc::corrupt, "this is no PB master: " + broken->message};
  return events;
}

// One call at a time, so whatever answers answers this one.
result<jelly> pb_client::call(std::int64_t object, std::string_view method,
                              std::vector<jelly> args) {
  while (broker_.state().phase == wire::pb_phase::dialect)
    if (auto heard = read(); !heard)
      return heard.error();
  bytes out;
  if (auto called = broker_.call(object, method, std::move(args), {}, "call", out); !called)
    return called.error();
  if (auto sent = write(out); !sent)
    return sent.error();
  while (true) {
    auto heard = read();
    if (!heard)
      return heard.error();
    for (auto& one : *heard) {
      if (auto* answer = std::get_if<wire::broker_answer>(&one))
        return std::move(answer->value);
      if (auto* error = std::get_if<wire::broker_error>(&one))
        return failure{errc::refused, words_of(error->error)};
    }
  }
}

result<std::int64_t> pb_client::login(const std::string& user, const std::string& password) {
  auto offered = call(wire::pb_root, "login", {jelly::raw(user)});
  if (!offered)
    return offered.error();
  const auto& parts = offered->items();
  auto* challenge = parts.size() == 2 ? parts[0].as_text() : nullptr;
  auto challenger = parts.size() == 2 ? parts[1].as_remote() : std::nullopt;
  if (!challenge || !challenger)
    return failure{errc::corrupt, "the master offers no challenge"};
  auto granted = call(*challenger, "respond",
                      {jelly::raw(wire::pb_response(password, *challenge)), jelly::none()});
  if (!granted)
    return granted.error();
  auto perspective = granted->as_remote();
  if (!perspective)
    return failure{errc::corrupt, "the master gives no perspective"};
  return *perspective;
}

} // namespace troupe::tool
