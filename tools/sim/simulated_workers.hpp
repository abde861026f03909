// CREW: the workers of a simulated master: each a swarm::simulated_worker whose commands go as the
// seed says, that comes again when its connection is lost, and remembers what it said.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tools/sim/peer.hpp"
#include "tools/sim/plan.hpp"
#include "tools/swarm/simulated_worker.hpp"

namespace troupe::sim {

/// What one command said, by its tag.
struct command_told {
  std::string worker, builder;
  std::int64_t lines = 0;         ///< Printed so far.
  std::optional<std::int64_t> rc; ///< Set when it ended.
  swarm::byzantine_fault how = swarm::byzantine_fault::none;
};

class simulated_workers final : public swarm::director {
public:
  simulated_workers(const plan& of, network& net);

  class member final : public peer {
  public:
    member(simulated_workers& in, const planned_worker& how);

    void connected(span now) override;
    void lost(span now) override;
    bool take(std::string_view came, span now) override;
    bool wake(span now) override;
    std::optional<span> wakes_at() const override;
    bytes& out() override { return worker_.out; }
    bool attached() const { return worker_.is_attached(); }

    const planned_worker how;
    span comes_at{}; ///< When it connects next, if it is not connected.
    std::int64_t tries = 0;

  private:
    simulated_workers& in_;
    bool connected_ = false;
    swarm::simulated_worker worker_;
  };

  member* find(const std::string& name);
  const std::vector<std::unique_ptr<member>>& members() const { return members_; }
  /// Those whose time has come connect.
  void connect_due(span now);
  std::optional<span> next_due() const;
  /// From now on everybody is quick and honest.
  void behave(span now);

  const std::map<std::string, command_told>& told() const { return told_; }

  swarm::conduct begin(const swarm::begun_command& what) override;
  void said(const swarm::conduct& how, std::int64_t lines) override;
  void ended(const swarm::conduct& how, std::int64_t rc) override;

private:
  std::uint64_t seed_;
  network& net_;
  bool honest_ = false;
  swarm::counters count_;
  std::vector<std::unique_ptr<member>> members_;
  std::int64_t away_ = 0;                     ///< Members that are not connected.
  std::map<std::string, std::int64_t> begun_; ///< Commands of each worker.
  std::map<std::string, command_told> told_;
};

} // namespace troupe::sim
