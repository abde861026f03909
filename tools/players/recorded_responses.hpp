// REPERTOIRE: what the recorded workers did when they were asked for a command, and which of it
// fits one that a player is asked for.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

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

  /// Where a player is in each group of commands: copies are independent of each other.
  using places = std::map<std::size_t, std::size_t>;
  struct piece {
    const recorded_command* how = nullptr;
    fit why = fit::none;
  };
  /// The next one that fits, in recorded order, round and round.
  piece next(const std::string& builder, const std::string& name, const wire::jelly& args,
             places& at) const;

private:
  using key = std::tuple<std::string, std::string, std::string>; ///< Builder, name, arguments.
  struct group {
    wire::jelly args;
    std::vector<const recorded_command*> pieces;
  };

  std::optional<std::size_t> find(const key& wanted, const wire::jelly& args) const;

  std::map<key, std::size_t> by_key_;
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> by_kind_;
  std::vector<group> groups_;
  std::map<std::string, recorded_command> plain_; ///< By name: what nobody recorded.
};

/// A command that does nothing and succeeds, as a stock worker says it.
recorded_command plain_command(const std::string& name);

} // namespace troupe::players
