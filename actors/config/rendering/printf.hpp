// Python's % formatting of JSON values, as Interpolate and WithProperties use it (§10.1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/json.hpp"

namespace troupe::model {

/// One conversion, such as "%-10s"; `spec` is what stands between the percent sign (or the key) and
/// the end of it, the letter included.
struct conversion {
  bool left = false, plus = false, blank = false, zero = false, alternate = false;
  int width = 0;
  int precision = -1;
  char letter = 's';
};

/// Widths beyond are refused: they are mistakes, and would cost memory.
constexpr int format_width_max = 1000;

/// Moves what comes before the next '%' from `in` to `out`, "%%" as a single one; false when the
/// format ends without another conversion.
bool skip_to_conversion(std::string_view& in, std::string& out);

/// Reads a conversion from the beginning of `in` and removes it from there.
result<conversion> read_conversion(std::string_view& in);

/// The value in that form. `invalid` when it is of a kind the letter does not take.
result<std::string> convert(const conversion& how, const json& value);

/// "a %s b %d" with values in order. All values must be used.
result<std::string> format_positional(std::string_view format, const std::vector<json>& values);

/// As Python's str and repr put it: True, None, ['a', 1], {'b': 2.0}.
std::string python_str(const json& value);
std::string python_repr(const json& value);

/// Whether Python takes it for true: not null, false, 0, "", or an empty list or map.
bool truth(const json& value);

} // namespace troupe::model
