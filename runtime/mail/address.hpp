// Where messages go. An address is a path in the tree and belongs to the cell there, not to the
// service in it: it stays valid while services fail, are swapped and restarted.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "runtime/mail/message.hpp"

namespace troupe::runtime {

struct envelope;
struct child_spec;

/// Takes envelopes: a cell, or something at the I/O loop.
class sink {
public:
  virtual ~sink() = default;
  virtual void deliver(envelope what) = 0;
  /// A command (control.hpp) that overtakes what waits; false if this is no cell.
  virtual bool command(envelope what);
};

/// What a cell is doing, for listings.
enum class cell_phase : int { parked, starting, running, suspended, stopping, ended };
constexpr auto names_of(cell_phase) {
  return std::array<std::string_view, 6>{"parked",    "starting",           "running",
                                         "suspended", "shutdown_requested", "ended"};
}

/// The shared end of all addresses of one path. Counters may be read from any thread at any time.
class port : public std::enable_shared_from_this<port> {
public:
  explicit port(std::string path) : path_{std::move(path)} {}

  const std::string& path() const noexcept { return path_; }

  /// Hands `what` to the bound sink; false if there is none (a dead letter).
  bool deliver(envelope what);
  void bind(std::shared_ptr<sink> target);
  void unbind();
  std::shared_ptr<sink> target() const;

  /// How the cell there is run, without its children; nothing if no cell is.
  std::shared_ptr<const child_spec> spec() const;
  void specify(std::shared_ptr<const child_spec> spec);

  std::atomic<std::int64_t> depth{0};     ///< Messages that wait.
  std::atomic<std::uint64_t> taken{0};    ///< Messages handled since the cell began.
  std::atomic<std::uint64_t> refused{0};  ///< Messages turned away at the bound.
  std::atomic<std::uint64_t> busy_ns{0};  ///< Time spent in handlers.
  std::atomic<std::uint32_t> restarts{0}; ///< Services built again after a failure.
  std::atomic<std::uint32_t> swaps{0};    ///< Services replaced with their state handed over.
  std::atomic<cell_phase> phase{cell_phase::parked};
  std::atomic<std::int64_t> begun{0};       ///< Which cell of the system it was to begin.
  std::atomic<std::int64_t> pause_ns{0};    ///< For which its messages waited at the last swap.
  std::atomic<std::int64_t> state_bytes{0}; ///< Size of the stored form of its state, of late.
  std::atomic<std::int64_t> since_us{0};    ///< When the present service began.
  std::atomic<std::int64_t> depth_max{0};   ///< Bound of `depth`; 0 is none.
  std::atomic<const char*> kind{""};        ///< Name of the kind of service, of static lifetime.
  std::uint64_t journal_name = 0;           ///< The journal's, under its lock.

private:
  const std::string path_;
  mutable std::mutex lock_;
  std::shared_ptr<sink> target_;
  std::shared_ptr<const child_spec> spec_;
};

/// An address. Described by its path; equal if the paths are.
class address {
public:
  address() = default;
  explicit address(std::shared_ptr<port> at) : port_{std::move(at)} {}

  explicit operator bool() const noexcept { return port_ != nullptr; }
  std::string_view path() const noexcept {
    return port_ ? std::string_view{port_->path()} : std::string_view{};
  }
  const std::shared_ptr<port>& at() const noexcept { return port_; }

  friend bool operator==(const address& a, const address& b) { return a.path() == b.path(); }
  friend bool operator<(const address& a, const address& b) { return a.path() < b.path(); }

private:
  std::shared_ptr<port> port_;
};

void to_stored(const address& x, bytes& out);
bool from_stored(address& x, std::string_view in);
json as_json(const address& x);
result<void> of_json(address& x, const json& in);

/// The event that sent a message, and the message's place in it; 0, 0: it came from outside. Events
/// are numbered by the journal (journal/record.hpp), while it records.
struct origin {
  std::uint64_t event = 0;
  std::uint64_t place = 0; ///< Among the messages and reminders of the event.
  bool by_value = false;   ///< Its sender is not replayed: a journal must hold all of it.
};

/// One message on its way.
struct envelope {
  any_message what;
  address from;
  origin cause;
};

} // namespace troupe::runtime
