#include "runtime/journal/segment.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include "storage/fingerprint.hpp"
#include "storage/zstd_context.hpp"

namespace troupe::runtime {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view magic = "troupe journal 1\n";
constexpr std::string_view magic_stem = "troupe journal ";
constexpr std::uint32_t frame_mark = 0x314a5254; // "TRJ1"
constexpr std::uint32_t header_bytes_max = 64 * 1024;
/// Fast: this is done beside the work of the master.
constexpr int compression_level = -3;
constexpr std::string_view suffix = ".journal";

/// As it is in the file, little-endian.
struct raw_header {
  std::uint32_t magic = frame_mark;
  std::uint32_t stored = 0;
  std::uint64_t raw = 0;
  std::uint64_t count = 0;
  std::uint64_t first_order = 0;
  std::uint64_t last_order = 0;
  std::int64_t first_at = 0;
  std::int64_t last_at = 0;
  std::uint64_t records_mark = 0; ///< Fingerprint of the stored records.
  std::uint64_t mark = 0;         ///< Of all before it.
};
static_assert(sizeof(raw_header) == 72);

std::uint64_t mark_of(const raw_header& of) {
  return fingerprint({reinterpret_cast<const char*>(&of), offsetof(raw_header, mark)});
}

instant at(std::int64_t us) {
  return instant{span{us}};
}

} // namespace

bytes encode_header(const segment_header& of) {
  auto content = encode(of);
  bytes out{magic};
  auto size = static_cast<std::uint32_t>(content.size());
  auto mark = fingerprint(content);
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out.append(reinterpret_cast<const char*>(&mark), sizeof mark);
  return out += content;
}

void put_frame(bytes& out, const journal_frame& of) {
  auto begin = out.size();
  out.resize(begin + sizeof(raw_header) + ZSTD_compressBound(of.records.size()));
  auto* to = out.data() + begin + sizeof(raw_header);
  auto stored =
      ZSTD_compressCCtx(storage::packing_of_thread(), to, ZSTD_compressBound(of.records.size()),
                        of.records.data(), of.records.size(), compression_level);
  if (ZSTD_isError(stored))
    throw failed{
        {errc::bug, std::string{"a frame cannot be compressed: "} + ZSTD_getErrorName(stored)}};
  raw_header header;
  header.stored = static_cast<std::uint32_t>(stored);
  header.raw = of.records.size();
  header.count = of.count;
  header.first_order = of.first_order;
  header.last_order = of.last_order;
  header.first_at = of.first_at.time_since_epoch().count();
  header.last_at = of.last_at.time_since_epoch().count();
  header.records_mark = fingerprint({to, stored});
  header.mark = mark_of(header);
  std::memcpy(out.data() + begin, &header, sizeof header);
  out.resize(begin + sizeof header + stored);
}

// -- reading --------------------------------------------------------------------------------------

bool segment_reader::read(void* to, std::size_t size) {
  return std::fread(to, 1, size, file_.get()) == size;
}

void segment_reader::complain(std::string message) {
  constexpr std::size_t complaints_max = 10;
  if (damage_.size() < complaints_max)
    damage_.push_back(fmt::format("{}: {}", name_, message));
}

result<segment_reader> segment_reader::open(const std::string& file) {
  segment_reader one;
  one.name_ = file;
  one.file_.reset(std::fopen(file.c_str(), "rb"));
  if (!one.file_)
    return failure{errno == ENOENT ? errc::not_found : errc::io,
                   fmt::format("{}: {}", file, std::strerror(errno))};
  std::error_code bad;
  one.size_ = fs::is_regular_file(file, bad) ? fs::file_size(file, bad) : 0;
  char found[magic.size()] = {};
  bool begun = one.read(found, sizeof found);
  std::string_view begin{found, sizeof found};
  if (!begin.starts_with(magic_stem))
    return failure{errc::corrupt, file + ": not a journal of troupe"};
  if (begun && begin != magic)
    return failure{errc::too_new, file
                                      + ": written in a later format of journals than this "
                                        "program knows; replay it with the troupe that wrote it"};
  std::uint32_t size = 0;
  std::uint64_t mark = 0;
  bytes content;
  bool whole = begun && one.read(&size, sizeof size) && one.read(&mark, sizeof mark)
               && size <= header_bytes_max;
  if (whole) {
    content.resize(size);
    whole = one.read(content.data(), size) && fingerprint(content) == mark;
  }
  auto header = whole ? decode<segment_header>(content) : result<segment_header>{failure{}};
  if (!header)
    return failure{errc::corrupt, file + ": its beginning is damaged"};
  one.header_ = std::move(*header);
  return one;
}

std::optional<frame_header> segment_reader::next() {
  auto begin = static_cast<std::uint64_t>(std::ftell(file_.get()));
  if (at_ != 0) { // past the records of the last one, read or not
    begin = at_ + frame_.stored_bytes;
    std::fseek(file_.get(), static_cast<long>(begin), SEEK_SET);
  }
  if (begin >= size_)
    return std::nullopt;
  raw_header header;
  if (!read(&header, sizeof header)) {
    complain(fmt::format("ends in the middle of a frame, at byte {}: the process that wrote it "
                         "was killed, or it was cut off",
                         begin));
    at_ = size_;
    frame_ = {};
    return std::nullopt;
  }
  if (header.magic != frame_mark || header.mark != mark_of(header)
      || header.raw > frame_bytes_max) {
    complain(fmt::format("damaged at byte {}; the rest of it cannot be read", begin));
    at_ = size_;
    frame_ = {};
    return std::nullopt;
  }
  frame_ = {header.stored,     header.raw,          header.count,      header.first_order,
            header.last_order, at(header.first_at), at(header.last_at)};
  mark_ = header.records_mark;
  frame_at_ = begin;
  at_ = begin + sizeof header;
  return frame_;
}

void segment_reader::seek(std::uint64_t frame_at) {
  std::fseek(file_.get(), static_cast<long>(frame_at), SEEK_SET);
  at_ = 0;
}

result<journal_frame> segment_reader::records() {
  std::fseek(file_.get(), static_cast<long>(at_), SEEK_SET);
  auto refuse = [&](std::string_view why) {
    auto message = fmt::format("the frame with records {} to {} (byte {}) {}", frame_.first_order,
                               frame_.last_order, at_, why);
    complain(message);
    return failure{errc::corrupt, name_ + ": " + message};
  };
  if (at_ + frame_.stored_bytes > size_)
    return refuse("is cut off");
  bytes stored(frame_.stored_bytes, '\0');
  if (!read(stored.data(), stored.size()) || fingerprint(stored) != mark_)
    return refuse("is damaged");
  journal_frame frame;
  frame.records.resize(frame_.raw_bytes);
  auto size = ZSTD_decompressDCtx(storage::unpacking_of_thread(), frame.records.data(),
                                  frame.records.size(), stored.data(), stored.size());
  if (ZSTD_isError(size) || size != frame.records.size())
    return refuse("cannot be decompressed");
  frame.count = frame_.count;
  frame.first_order = frame_.first_order;
  frame.last_order = frame_.last_order;
  frame.first_at = frame_.first_at;
  frame.last_at = frame_.last_at;
  return frame;
}

// -- the folder -----------------------------------------------------------------------------------

std::string segment_name(std::int64_t number) {
  return fmt::format("{:08}{}", number, suffix);
}

std::vector<segment_file> list_segments(const std::string& folder) {
  std::vector<segment_file> found;
  std::error_code bad;
  for (const auto& entry : fs::directory_iterator{folder, bad}) {
    auto name = entry.path().filename().string();
    std::int64_t number = 0;
    std::from_chars(name.data(), name.data() + name.size(), number); // 0 if it is none
    if (number > 0 && name == segment_name(number))
      found.push_back({entry.path().string(), number, entry.file_size(bad)});
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  return found;
}

} // namespace troupe::runtime
