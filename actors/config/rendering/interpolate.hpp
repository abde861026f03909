// The format of Interpolate, taken apart: %(SELECTOR:KEY[MODIFIER])CONV (§10.1).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "actors/config/rendering/printf.hpp"

namespace troupe::model {

enum class selector : std::uint8_t { prop, src, worker, secret, kw };

enum class modifier : std::uint8_t {
  dash,          ///< `:-DEF`
  tilde,         ///< `:~DEF`
  plus,          ///< `:+TXT`
  ternary,       ///< `:?dTdF`
  ternary_truth, ///< `:#?dTdF`
};

struct interpolation;

/// What replaces one %(…).
struct substitution {
  selector from = selector::prop;
  std::string key;
  std::string attribute; ///< Of src; there `key` is the codebase.
  modifier how = modifier::dash;
  std::shared_ptr<const interpolation> first;  ///< DEF, TXT or T; nothing: empty.
  std::shared_ptr<const interpolation> second; ///< F.
  conversion shown;
};

/// Text, then what replaces, and so on; the last piece may have text only.
struct interpolation {
  struct piece {
    std::string text;
    std::shared_ptr<const substitution> then;
  };
  std::vector<piece> pieces;
};

/// Nesting deeper than this is refused.
constexpr int interpolation_depth_max = 20;

/// Takes a keyed format apart. `invalid` for an unknown or missing selector, a key with characters
/// that it cannot have, an unknown modifier, a ternary that is not complete.
result<interpolation> parse_interpolation(std::string_view format, int depth = 0);

/// What can be said of an Interpolate before it is rendered: its format, and that it has either
/// positional or named arguments.
result<void> check_interpolate(const json& value);

} // namespace troupe::model
