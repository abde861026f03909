// What every file of storage/ includes anyway, compiled once.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>
