// The stage: a whole system on the calling thread, with virtual time and a seed. A test puts
// services on it, says things, lets it run until nobody has anything left to do, and looks.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "runtime/cell/system.hpp"
#include "runtime/mail/control.hpp"
#include "runtime/service/kind.hpp"

namespace troupe::testing {

/// Hears everything said to its address.
class listener : public runtime::sink {
public:
  void deliver(runtime::envelope what) override { mail.push_back(std::move(what)); }
  std::vector<runtime::envelope> mail;

  template <class Message>
  std::vector<Message> heard() const {
    std::vector<Message> found;
    for (const auto& one : mail)
      if (auto* message = one.what.as<Message>())
        found.push_back(*message);
    return found;
  }
};

class stage {
public:
  stage();
  ~stage();

  runtime::kind_registry kinds;
  std::vector<std::string> log_lines;

  /// Builds the system with the kinds added so far: listeners may be put on paths.
  void prepare();
  /// Prepares if that was not done, and starts `root`.
  void start(runtime::child_spec root);
  /// Runs until nobody has mail.
  void run();
  /// At most so many turns of the scheduler, a message each; whether any were left.
  bool run_turns(std::size_t turns);
  /// Lets virtual time pass, running what comes due.
  void advance(span time);
  void send(std::string_view path, runtime::any_message what);
  /// A command to a cell, and its answer.
  runtime::cell_answer control(std::string_view path, runtime::any_message command);
  std::shared_ptr<listener> listen(std::string_view path);
  runtime::address address_of(std::string_view path) { return sys().address_of(path); }
  runtime::system& sys() { return *system_; }
  void use(storage::store* store) { store_ = store; }
  /// The reason for which the root ended; nothing while it runs.
  const std::optional<std::string>& ended() const { return ended_; }
  json state_of(std::string_view path) {
    return control(path, runtime::show_cell{"state", "s"}).content;
  }
  runtime::cell_phase phase_of(std::string_view path) {
    return address_of(path).at()->phase.load();
  }
  bool logged(std::string_view part) const;

private:
  std::unique_ptr<runtime::logger> log_;
  std::unique_ptr<runtime::system> system_;
  storage::store* store_ = nullptr;
  std::optional<std::string> ended_;
};

} // namespace troupe::testing
