#include "storage/lmdb/free_list.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <set>
#include <string>

#include <unistd.h>

namespace troupe::storage::lmdb {

namespace {

// The form of LMDB's files, version 1, in the machine's byte order. Pages begin with their number,
// flags, and places of their nodes; a node is a head, its key, and its value or child.
static_assert(sizeof(std::size_t) == 8, "the places below are those of 64 bits");
constexpr std::size_t page_head = 16, page_flags = 10, page_lower = 12;
constexpr std::size_t meta_page_bytes = 24, meta_depth = 30, meta_root = 64, meta_last_page = 120,
                      meta_txn = 128, meta_end = 136;
constexpr std::size_t node_head = 8;
constexpr std::uint16_t branch = 1, leaf = 2, value_elsewhere = 1;
constexpr std::size_t page_bytes_max = 65536, depth_max = 32;

struct unreadable {};

class reader {
public:
  reader(int file, std::size_t bytes) : file_{file}, bytes_{bytes} {
    // The second meta page lies a page further; the first says how far that is.
    auto metas = take(page_head, meta_end);
    page_bytes_ = number<std::uint32_t>(metas, meta_page_bytes);
    if (page_bytes_ < 512 || page_bytes_ > page_bytes_max)
      throw unreadable{};
    auto other = take(page_bytes_ + page_head, meta_end);
    meta_ =
        number<std::size_t>(other, meta_txn) > number<std::size_t>(metas, meta_txn) ? other : metas;
  }

  bool only_free_beyond() {
    auto pages = number<std::size_t>(meta_, meta_last_page) + 1;
    if (present() >= pages)
      return true;
    auto depth = number<std::uint16_t>(meta_, meta_depth);
    if (depth > depth_max)
      return false;
    if (depth > 0)
      walk(number<std::size_t>(meta_, meta_root), depth);
    // The list has its own pages within the file, or `walk` would not have come to an end.
    return free_beyond_.size() == pages - present();
  }

private:
  std::size_t present() const { return bytes_ / page_bytes_; }

  std::string take(std::size_t at, std::size_t size) const {
    std::string out;
    if (at > bytes_ || size > bytes_ - at)
      throw unreadable{};
    out.resize(size);
    if (pread(file_, out.data(), size, static_cast<off_t>(at)) != static_cast<ssize_t>(size))
      throw unreadable{};
    return out;
  }

  template <class Number>
  static Number number(const std::string& in, std::size_t at) {
    Number out{};
    if (at > in.size() || in.size() - at < sizeof out)
      throw unreadable{};
    std::memcpy(&out, in.data() + at, sizeof out);
    return out;
  }

  void walk(std::size_t page, std::size_t depth) {
    // A damaged file may lead in circles.
    if (page >= present() || ++visited_ > present())
      throw unreadable{};
    auto text = take(page * page_bytes_, page_bytes_);
    auto kind = number<std::uint16_t>(text, page_flags);
    if (number<std::size_t>(text, 0) != page || (kind & (depth > 1 ? branch : leaf)) == 0)
      throw unreadable{};
    auto places_end = number<std::uint16_t>(text, page_lower);
    for (auto place = page_head; place + 2 <= places_end; place += 2) {
      std::size_t node = number<std::uint16_t>(text, place);
      std::size_t low = number<std::uint16_t>(text, node),
                  high = number<std::uint16_t>(text, node + 2),
                  flags = number<std::uint16_t>(text, node + 4);
      if (depth > 1)
        walk(low | high << 16 | flags << 32, depth - 1);
      else
        value(text, node, low | high << 16, (flags & value_elsewhere) != 0);
    }
  }

  void value(const std::string& text, std::size_t node, std::size_t size, bool elsewhere) {
    auto at = node + node_head + number<std::uint16_t>(text, node + 6);
    std::string list;
    if (elsewhere) {
      auto page = number<std::size_t>(text, at);
      if (page >= present())
        throw unreadable{};
      list = take(page * page_bytes_ + page_head, size);
    } else {
      list = text.substr(std::min(at, text.size()), size);
    }
    auto count = number<std::size_t>(list, 0);
    if (count >= list.size() / sizeof count)
      throw unreadable{};
    for (std::size_t i = 1; i <= count; ++i)
      if (auto free = number<std::size_t>(list, i * sizeof count); free >= present())
        free_beyond_.insert(free);
  }

  int file_;
  std::size_t bytes_;
  std::size_t page_bytes_ = 0;
  std::string meta_;
  std::size_t visited_ = 0;
  std::set<std::size_t> free_beyond_;
};

} // namespace

bool only_free_beyond(int file, std::size_t bytes) try {
  return reader{file, bytes}.only_free_beyond();
} catch (const unreadable&) {
  return false;
}

} // namespace troupe::storage::lmdb
