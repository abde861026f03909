#include "runtime/io/io_loop.hpp"

#include <thread>
#include <unordered_map>

#include <netinet/tcp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "runtime/cell/system.hpp"
#include "runtime/io/connection.hpp"

namespace troupe::io {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

using acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol>;

/// When the process has no descriptor left, accepting is tried again this much later.
constexpr auto accept_pause = std::chrono::milliseconds{200};

/// "ada", or "uid 1234" if the system knows no name for it.
std::string user_name(uid_t uid) {
  std::vector<char> room(16 * 1024);
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(uid, &entry, room.data(), room.size(), &found) != 0 || !found)
    return fmt::format("uid {}", uid);
  return found->pw_name;
}

std::pair<std::string, std::int64_t> peer_of(stream_socket& socket) {
  error_code bad;
  auto remote = socket.remote_endpoint(bad);
  if (!bad && (remote.data()->sa_family == AF_INET || remote.data()->sa_family == AF_INET6)) {
    asio::ip::tcp::endpoint tcp;
    std::memcpy(tcp.data(), remote.data(), std::min(tcp.capacity(), remote.size()));
    tcp.resize(remote.size());
    return {fmt::format("{}:{}", tcp.address().to_string(), tcp.port()), -1};
  }
  ucred who{};
  socklen_t size = sizeof who;
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &who, &size) == 0)
    return {user_name(who.uid), who.uid};
  return {"unknown", -1};
}

} // namespace

class rim_loop final : public runtime::sink, public std::enable_shared_from_this<rim_loop> {
public:
  explicit rim_loop(runtime::system& sys)
    : sys_{sys}, me_{sys.address_of(io_loop_path)}, work_{asio::make_work_guard(io_)}, signals_{
                                                                                           io_} {}

  void run() {
    thread_ = std::thread{[this] { io_.run(); }};
  }

  void stop() {
    asio::post(io_, [this] {
      listeners_.clear();
      for (auto& [number, one] : std::exchange(connections_, {}))
        one->close();
      signals_.cancel();
      work_.reset();
      io_.stop();
    });
    thread_.join();
  }

  void deliver(runtime::envelope mail) override {
    me_.at()->depth--;
    asio::post(io_, [self = shared_from_this(), mail = std::move(mail)] { self->obey(mail.what); });
  }

private:
  struct listener {
    runtime::address owner;
    acceptor accepts;
    std::unique_ptr<asio::ssl::context> secure;
    std::string unix_path;

    explicit listener(asio::io_context& io) : accepts{io} {}
    ~listener() {
      if (!unix_path.empty())
        ::unlink(unix_path.c_str());
    }
  };

  void send(const runtime::address& to, runtime::any_message what) {
    sys_.send(to, std::move(what), me_);
  }

  void obey(const runtime::any_message& what) {
    if (auto* write = what.as<write_bytes>())
      with(write->connection, [&](connection& one) { one.write(write->data); });
    else if (auto* more = what.as<read_more>())
      with(more->connection, [](connection& one) { one.read_more(); });
    else if (auto* adopted = what.as<adopt_connection>())
      adopt(*adopted);
    else if (auto* close = what.as<close_connection>())
      with(close->connection, [](connection& one) { one.close(); });
    else if (auto* listen_to = what.as<listen>())
      begin_listening(*listen_to);
    else if (auto* stop = what.as<stop_listening>())
      listeners_.erase(stop->token);
    else if (auto* retained = what.as<retain_listeners>())
      std::erase_if(listeners_, [&](const auto& one) {
        return one.first.rfind(retained->prefix, 0) == 0
               && std::find(retained->tokens.begin(), retained->tokens.end(), one.first)
                      == retained->tokens.end();
      });
    else if (auto* watch = what.as<watch_signals>())
      begin_watching(*watch);
    else if (auto* question = what.as<list_connections>())
      list(*question);
  }

  void list(const list_connections& question) {
    connections_listed answer;
    answer.token = question.token;
    auto now = std::chrono::steady_clock::now();
    for (const auto& [number, one] : connections_) {
      open_connection shown;
      shown.connection = number;
      shown.listener = one->listener;
      shown.peer = one->peer;
      shown.owner = one->owner;
      shown.age = std::chrono::duration_cast<span>(now - one->opened);
      one->describe(shown);
      answer.connections.push_back(std::move(shown));
    }
    std::sort(answer.connections.begin(), answer.connections.end(),
              [](const auto& a, const auto& b) { return a.connection < b.connection; });
    for (const auto& [token, one] : listeners_)
      answer.listeners.emplace(token, port_of(*one));
    send(question.requester, std::move(answer));
  }

  void adopt(const adopt_connection& command) {
    auto found = connections_.find(command.connection);
    if (found != connections_.end())
      found->second->owner = command.owner;
    else // it ended before it was taken up
      send(command.owner, connection_closed{command.connection, "closed by the peer"});
  }

  template <class F>
  void with(std::int64_t number, F&& act) {
    if (auto i = connections_.find(number); i != connections_.end()) {
      auto keep = i->second; // it may end itself
      act(*keep);
    }
  }

  void begin_listening(const listen& command) {
    if (auto i = listeners_.find(command.token); i != listeners_.end()) {
      i->second->owner = command.owner;
      send(command.owner, listening{command.token, port_of(*i->second)});
      return;
    }
    auto made = std::make_shared<listener>(io_);
    made->owner = command.owner;
    try {
      bind(*made, command.where);
    } catch (const std::exception& problem) {
      auto where = command.where.family == "unix"
                       ? command.where.path
                       : fmt::format("{}:{}", command.where.host, command.where.port);
      send(command.owner, listen_failed{command.token, fmt::format("cannot listen on {}: {}", where,
                                                                   problem.what())});
      return;
    }
    listeners_.emplace(command.token, made);
    send(command.owner, listening{command.token, port_of(*made)});
    accept(command.token, made);
  }

  static void bind(listener& to, const endpoint& where) {
    asio::generic::stream_protocol::endpoint at;
    if (where.family == "unix") {
      ::unlink(
          where.path.c_str()); // of a former run: the lock on the folder says nobody else is here
      at = asio::local::stream_protocol::endpoint{where.path};
    } else {
      at = asio::ip::tcp::endpoint{asio::ip::make_address(where.host),
                                   static_cast<unsigned short>(where.port)};
    }
    to.accepts.open(at.protocol());
    if (where.family != "unix")
      to.accepts.set_option(asio::socket_base::reuse_address{true});
    auto mask = ::umask(0177); // a Unix socket is the owner's alone from its first moment
    error_code bad;
    to.accepts.bind(at, bad);
    ::umask(mask);
    if (bad)
      throw boost::system::system_error{bad};
    if (where.family == "unix")
      to.unix_path = where.path;
    to.accepts.listen(1024);
    if (where.certificate_file.empty())
      return;
    to.secure = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    to.secure->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    to.secure->use_certificate_chain_file(where.certificate_file);
    to.secure->use_private_key_file(where.key_file, asio::ssl::context::pem);
  }

  static std::int64_t port_of(const listener& one) {
    error_code bad;
    auto local = one.accepts.local_endpoint(bad);
    if (bad || (local.data()->sa_family != AF_INET && local.data()->sa_family != AF_INET6))
      return 0;
    asio::ip::tcp::endpoint tcp;
    std::memcpy(tcp.data(), local.data(), std::min(tcp.capacity(), local.size()));
    return tcp.port();
  }

  void accept(const std::string& token, const std::shared_ptr<listener>& from) {
    from->accepts.async_accept([self = shared_from_this(), token,
                                weak = std::weak_ptr{from}](error_code bad, stream_socket socket) {
      auto listening_on = weak.lock();
      if (!listening_on || bad == asio::error::operation_aborted)
        return;
      if (bad) {
        self->sys_.log().write({self->sys_.now(), runtime::level::error, "io_loop",
                                "cannot accept a connection: " + bad.message()});
        auto later = std::make_shared<asio::steady_timer>(self->io_, accept_pause);
        later->async_wait([self, token, weak, later](error_code) {
          if (auto still = weak.lock())
            self->accept(token, still);
        });
        return;
      }
      self->open(token, *listening_on, std::move(socket));
      self->accept(token, listening_on);
    });
  }

  void open(const std::string& token, listener& from, stream_socket socket) {
    error_code ignored;
    socket.set_option(asio::socket_base::keep_alive{true}, ignored);
    int on = 1; // fails on Unix sockets, where it has no meaning
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto number = ++last_number_;
    auto [peer, uid] = peer_of(socket);
    connection::news news{[this](const runtime::address& to, runtime::any_message what) {
                            send(to, std::move(what));
                          },
                          [this](std::int64_t gone) { connections_.erase(gone); }};
    auto made = make_connection(number, std::move(socket), from.secure.get(), std::move(news));
    made->owner = from.owner;
    made->listener = token;
    made->peer = peer;
    connections_.emplace(number, made);
    send(from.owner, connection_opened{token, number, peer, uid});
    made->begin();
  }

  void begin_watching(const watch_signals& command) {
    error_code ignored;
    signals_.clear(ignored);
    for (auto number : command.numbers)
      signals_.add(static_cast<int>(number), ignored);
    await_signal(command.owner);
  }

  void await_signal(const runtime::address& owner) {
    signals_.async_wait([self = shared_from_this(), owner](error_code bad, int number) {
      if (bad)
        return;
      self->send(owner, signal_received{number});
      self->await_signal(owner);
    });
  }

  runtime::system& sys_;
  runtime::address me_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  asio::signal_set signals_;
  std::thread thread_;
  std::int64_t last_number_ = 0;
  std::unordered_map<std::string, std::shared_ptr<listener>> listeners_;
  std::unordered_map<std::int64_t, std::shared_ptr<connection>> connections_;
};

io_loop::io_loop(runtime::system& sys) : loop_{std::make_shared<rim_loop>(sys)} {
  sys.address_of(io_loop_path).at()->bind(loop_);
  loop_->run();
}

io_loop::~io_loop() {
  loop_->stop();
}

} // namespace troupe::io
