// What every file of runtime/ and actors/ includes anyway, compiled once per library.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "storage/codec.hpp"
#include "storage/json.hpp"
