// RECORDED RESPONSES: how the recorded workers responded to commands, and which of these responses
// fits a command that a replayed worker is asked for.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "tools/peers/worker.hpp"
#include "tools/players/recording.hpp"

namespace troupe::players {

/// How well a recorded command fits.
enum class fit : int {
  same,    ///< Of the same builder, with the same arguments.
  nearest, ///< Of the same builder and kind, with the most arguments alike.
  none,    ///< Nothing of the kind was recorded: it succeeds and says nothing.
};

class recorded_responses {
public:
  /// `from` outlives this.
  explicit recorded_responses(const recording& from);

  /// The next response of each group of like commands: each worker has positions of its own.
  using positions = std::map<std::size_t, std::size_t>;
  struct match {
    const recorded_command* how = nullptr; ///< None if nothing fits.
    fit why = fit::none;
  };
  /// The next one that fits: in recorded order, then from the first again.
  match next(const std::string& builder, const std::string& name, const wire::jelly& args,
             positions& at) const;
  /// For commands that nothing recorded fits: they succeed and print nothing.
  const peers::stock_scripts& stock() const { return stock_; }

private:
  using key = std::tuple<std::string, std::string, std::string>; ///< Builder, name, arguments.
  struct group {
    wire::jelly args;
    std::vector<const recorded_command*> commands;
  };

  std::optional<std::size_t> find(const key& wanted, const wire::jelly& args) const;

  std::map<key, std::size_t> by_key_;
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> by_kind_;
  std::vector<group> groups_;
  peers::stock_scripts stock_;
};

/// The strategy of one replayed worker.
class recorded_strategy final : public peers::strategy {
public:
  /// `info` is the recorded one, or none. `speed` divides delays.
  recorded_strategy(wire::jelly info, double speed, const recorded_responses& from,
                    peers::worker_tally& count)
    : info_{std::move(info)}, speed_{speed}, from_{from}, count_{count} {}

  wire::jelly info(const std::string& worker) const override;
  std::unique_ptr<peers::response> respond(const peers::command& what,
                                           const wire::jelly& args) override;

private:
  wire::jelly info_;
  double speed_;
  const recorded_responses& from_;
  peers::worker_tally& count_;
  recorded_responses::positions at_;
};

} // namespace troupe::players
