// The other end of a worker's connection: a stand-in for its session, which answers as a stock
// worker would, or keeps silent.
#pragma once

#include <set>

#include "actors/pbmanager/session.hpp"
#include "tests/support/stage.hpp"

namespace troupe::testing {

class worker_session : public listener {
public:
  worker_session(stage& on, std::string name) : stage_{on}, name_{std::move(name)} {}

  std::set<std::string> unanswered; ///< Methods; "*": all.
  std::set<std::string> unserved;   ///< Builders that it does not take on.
  bool obedient = true;             ///< Ends a command when it is interrupted.

  void deliver(runtime::envelope letter) override;
  /// What it left unanswered is answered now, and from now on.
  void speak_again();
  void attach();
  void go_away(const std::string& message);
  /// The newest command says so, and ends with that exit code.
  void prints(const std::string& text);
  void ends(std::int64_t rc);
  void call(std::string object, std::string method, std::vector<wire::jelly> args = {});

private:
  void answer(const pbmanager::call_peer& question);
  wire::jelly result_of(const pbmanager::call_peer& question);
  void update(std::string key, wire::jelly value);

  stage& stage_;
  std::string name_;
  runtime::address perspective_;
  std::vector<pbmanager::call_peer> waiting_;
  std::string command_;
  std::int64_t next_object_ = 10;
};

} // namespace troupe::testing
