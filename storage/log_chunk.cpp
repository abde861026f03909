// The stored form of a log chunk: format byte, line count, raw size, compression byte, text.
#include <fmt/format.h>

#include "storage/codec.hpp"
#include "storage/log_store.hpp"
#include "storage/zstd_context.hpp"

namespace troupe::storage::detail {

namespace {

constexpr char chunk_format = 1;
constexpr char plain = 0;
constexpr char zstd = 1;
constexpr int zstd_level = 1;
// Below this the frame's header outweighs what compression gains.
constexpr std::size_t worth_compressing = 96;
// What a chunk may claim to be before memory is given to it: one line can be long, but not so long.
constexpr std::uint64_t raw_bytes_max = std::uint64_t{1} << 30;

struct head {
  std::uint64_t lines = 0;
  std::uint64_t raw_bytes = 0;
  char compression = plain;
};

[[noreturn]] void damaged() {
  throw failed{{errc::corrupt, "a stored log chunk is damaged"}};
}

head take_head(std::string_view& in) {
  head out;
  if (in.empty() || in.front() <= 0)
    damaged();
  if (in.front() > chunk_format)
    throw failed{{errc::too_new, fmt::format("a log chunk is stored in format {}, this program "
                                             "knows {}",
                                             int{in.front()}, int{chunk_format})}};
  in.remove_prefix(1);
  if (!troupe::detail::get_varint(in, out.lines) || !troupe::detail::get_varint(in, out.raw_bytes)
      || in.empty() || out.lines == 0 || out.lines > out.raw_bytes || out.raw_bytes > raw_bytes_max)
    damaged();
  out.compression = in.front();
  in.remove_prefix(1);
  return out;
}

} // namespace

std::string pack_chunk(std::string_view text, std::int64_t lines) {
  std::string out(1, chunk_format);
  troupe::detail::put_varint(out, static_cast<std::uint64_t>(lines));
  troupe::detail::put_varint(out, text.size());
  auto start = out.size();
  if (text.size() >= worth_compressing) {
    out.push_back(zstd);
    out.resize(start + 1 + ZSTD_compressBound(text.size()));
    auto size = ZSTD_compressCCtx(packing_of_thread(), out.data() + start + 1,
                                  out.size() - start - 1, text.data(), text.size(), zstd_level);
    if (!ZSTD_isError(size) && size < text.size()) {
      out.resize(start + 1 + size);
      out.shrink_to_fit();
      return out;
    }
    out.resize(start);
  }
  out.push_back(plain);
  out += text;
  return out;
}

log_lines unpack_chunk(std::string_view stored) {
  auto told = take_head(stored);
  log_lines out;
  out.count = static_cast<std::int64_t>(told.lines);
  if (told.compression == plain) {
    out.text = stored;
  } else if (told.compression == zstd) {
    if (ZSTD_getFrameContentSize(stored.data(), stored.size()) != told.raw_bytes)
      damaged();
    out.text.resize(told.raw_bytes);
    auto size = ZSTD_decompressDCtx(unpacking_of_thread(), out.text.data(), out.text.size(),
                                    stored.data(), stored.size());
    if (ZSTD_isError(size) || size != told.raw_bytes)
      damaged();
  } else {
    damaged();
  }
  if (out.text.size() != told.raw_bytes || out.text.back() != '\n'
      || std::count(out.text.begin(), out.text.end(), '\n') != out.count)
    damaged();
  return out;
}

std::int64_t chunk_line_count(std::string_view stored) {
  return static_cast<std::int64_t>(take_head(stored).lines);
}

} // namespace troupe::storage::detail
